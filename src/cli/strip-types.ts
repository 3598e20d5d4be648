import { readFileSync } from 'node:fs';
import { findPackageJSON, registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Lets Node 22.15 to 22.17, which want a flag for it, run TypeScript as later ones do. */
export function stripTypesWhereNodeDoesNot(): void {
  if (process.features.typescript !== false) return;
  registerHooks({
    load(url, context, nextLoad) {
      const extension = /^file:.*\.([mc]?)ts$/.exec(url);
      if (extension === null || url.includes('/node_modules/')) return nextLoad(url, context);
      const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      const isModule =
        extension[1] === 'm' || (extension[1] === '' && isInModulePackage(url, source));
      return { format: isModule ? 'module' : 'commonjs', source, shortCircuit: true };
    },
  });
}

function isInModulePackage(url: string, source: string): boolean {
  const manifest = findPackageJSON(url);
  if (manifest !== undefined) {
    const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string };
    if (type !== undefined) return type === 'module';
  }
  return /^\s*(?:import|export)\b/m.test(source);
}
