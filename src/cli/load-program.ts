// Runs the program's body on the running stack, which is a greenlet's.
//
// Node evaluates what `import()` loads in a promise job, on the main stack. But
// `require()` evaluates on the stack that calls it, and since Node 22.12 it
// takes ES modules too, with all they import. So every program is required. The
// one thing that cannot be required is a top-level `await`: such a program is
// imported after all, and its body runs outside of every greenlet.
//
// What differs from `node FILE` in an ES module: as in a script, process.nextTick
// comes before the promise jobs of the body, and an error of the body is an
// uncaughtException, not an unhandledRejection.

import { createRequire, findPackageJSON, registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findModuleLoader } from '../node-internals/index.ts';

const Loader = findModuleLoader();

/** Loads and runs the program at the absolute `path`; returns when its body, not what it spawned, has ended. */
export function loadProgram(path: string): void {
  if ('main' in import.meta) markAsMain(pathToFileURL(path).href);
  if (Loader === undefined || isModuleByName(path)) {
    createRequire(path)(path);
    return;
  }
  // As `node FILE` does it: `require.main === module` holds in it.
  const program = new Loader(path, null);
  program.id = '.';
  process.mainModule = program as unknown as NodeJS.Module;
  Loader._cache[path] = program;
  program.load(path);
}

/** Imports a program that has a top-level await. */
export async function importProgram(path: string): Promise<void> {
  delete process.mainModule;
  const program = pathToFileURL(path).href;
  const settled = expectToSettle(program);
  try {
    await import(program);
    settled();
  } catch (error) {
    settled();
    if ((error as { code?: unknown } | null)?.code === 'ERR_BLOCKING_SWITCH_OUT') {
      process.stderr.write(
        'greenroom: this program has a top-level `await`, so its body cannot run in a greenlet; ' +
          'write `wait(promise)` for each `await promise` at its top level, and it can.\n',
      );
    }
    throw error;
  }
}

/** What Node ends with when a top-level await never settles. */
const UNSETTLED = 13;

/**
 * Ends the process with code 13, as Node does, if nothing is left to run before the returned function is called.
 * `process.exit()` is another end: only before a natural one comes 'beforeExit', and then no turn of the loop.
 */
function expectToSettle(program: string): () => void {
  let nothingLeft = false;
  const atRest = (): void => {
    nothingLeft = true;
    setImmediate(() => {
      nothingLeft = false;
    }).unref();
  };
  const ended = (): void => {
    if (!nothingLeft || process.exitCode !== undefined) return;
    process.exitCode = UNSETTLED;
    process.stderr.write(`Warning: Detected unsettled top-level await in ${program}\n`);
  };
  process.on('beforeExit', atRest);
  process.on('exit', ended);
  return () => {
    process.off('beforeExit', atRest);
    process.off('exit', ended);
  };
}

/** Whether `error` says that the program has a top-level await; nothing of it has run then. */
export function isAsyncModule(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_REQUIRE_ASYNC_MODULE';
}

/** Whether it is an ES module by its extension or its package; else Node looks at its syntax. */
function isModuleByName(path: string): boolean {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return true;
  if (extension === '.cjs' || extension === '.cts') return false;
  const manifest = findPackageJSON(pathToFileURL(path));
  if (manifest === undefined) return false;
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type === 'module';
  } catch {
    return false; // Node is about to say what is wrong with it.
  }
}

/**
 * Makes `import.meta.main` true in the program, as it is under `node FILE`, on
 * Nodes that have it. The statement goes before the program's first character:
 * the lines stay what they were.
 */
function markAsMain(program: string): void {
  registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context);
      if (url !== program || !result.format?.startsWith('module')) return result;
      const source = textOf(result.source);
      if (!source.includes('import.meta.main')) return result;
      const afterHashbang = /^#!.*\n?/.exec(source)?.[0].length ?? 0;
      const marked = `${source.slice(0, afterHashbang)}import.meta.main=true;${source.slice(afterHashbang)}`;
      return { ...result, source: marked };
    },
  });
}

/** A module's source as text; loaders give it as bytes too. */
function textOf(source: string | NodeJS.ArrayBufferView | ArrayBuffer | null | undefined): string {
  if (typeof source === 'string') return source;
  return source === null || source === undefined ? '' : new TextDecoder().decode(source);
}
