import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

type Target = { default?: string; 'greenroom-source'?: string } | string;

/**
 * Makes `import 'greenroom'` and `greenroom/…` mean the copy that the command
 * itself runs from, wherever the program lies: two copies would be two event
 * loops. In a checkout that was never built the copy is src/.
 */
export function shareThisCopy(): void {
  const condition = import.meta.url.endsWith('.ts') ? 'greenroom-source' : 'default';
  const root = new URL('../../', import.meta.url);
  const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    exports: Record<string, Target>;
  };
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier !== 'greenroom' && !specifier.startsWith('greenroom/')) {
        return nextResolve(specifier, context);
      }
      const target = exports[`.${specifier.slice('greenroom'.length)}`];
      const file = typeof target === 'string' ? target : target?.[condition];
      const url = file === undefined ? undefined : new URL(file, root);
      if (url === undefined || !existsSync(fileURLToPath(url))) {
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
      const format = url.pathname.endsWith('.json') ? 'json' : 'module';
      return {
        url: url.href,
        format: url.pathname.endsWith('.ts') ? 'module-typescript' : format,
        shortCircuit: true,
      };
    },
  });
}
