import Module from 'node:module';

/** A module of CommonJS. */
export interface LoadedModule {
  id: string;
  load(path: string): void;
}

/**
 * `Module._load`, `_resolveFilename` and `_cache`, and a module's `load`: stable by long use, though not documented.
 *
 * Without them a program of `greenroom run` is required as any module: in CommonJS `require.main` is not it. And
 * `patchAll()` cannot make a greenlet wait for a module that another one loads: it gets the unfinished exports.
 */
export interface ModuleLoader {
  new (path: string, parent: null): LoadedModule;
  _load: (request: unknown, parent: unknown, isMain: unknown) => unknown;
  _resolveFilename: (request: unknown, parent: unknown, isMain: unknown) => string;
  readonly _cache: Record<string, object | undefined>;
  readonly prototype: { load: (this: object, filename: string) => unknown };
}

export function findModuleLoader(): ModuleLoader | undefined {
  const loader = Module as unknown as Partial<ModuleLoader>;
  return isLoader(loader) ? loader : undefined;
}

function isLoader(loader: Partial<ModuleLoader>): loader is ModuleLoader {
  return (
    typeof loader._load === 'function' &&
    typeof loader._resolveFilename === 'function' &&
    typeof loader._cache === 'object' &&
    typeof loader.prototype?.load === 'function'
  );
}
