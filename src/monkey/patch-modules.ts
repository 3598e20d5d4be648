/**
 * A lock for each module that is being loaded, as Python's import lock.
 *
 * Once the body of a module may park (it reads its configuration with `readFileSync`, say), another greenlet may
 * require the same module meanwhile. Node would hand it the unfinished `exports`, as it does in a cycle. So a
 * greenlet that requires a module which another greenlet is loading waits until it is loaded. Where waiting would
 * close a circle of greenlets that wait for each other, it gets the unfinished exports after all, as in a cycle.
 * The hub cannot wait: it gets them, too.
 */
import { Future } from '../future/index.ts';
import { getCurrent } from '../greenlet/index.ts';
import { inGreenlet, wait } from '../hub/index.ts';
import { findModuleLoader, type ModuleLoader } from '../node-internals/index.ts';
import { type AnyFunction, isActive, type Patch } from './patch-registry.ts';

/** A module whose body has not ended. */
interface Loading {
  /** The greenlet that loads it. */
  readonly owner: object;
  readonly loaded: Future<void>;
}

const loading = new Map<object, Loading>();
/** For each greenlet that waits for a module: which load it waits for. */
const waiting = new Map<object, Loading>();

export function modulePatches(): Patch[] {
  const loader = findModuleLoader();
  if (loader === undefined) return [];
  const { _load: load } = loader;
  const { load: loadModule } = loader.prototype;
  const loadInTurn: ModuleLoader['_load'] = function (this: unknown, request, parent, isMain) {
    if (loading.size > 0 && isActive('modules') && inGreenlet())
      waitUntilLoaded(loader, request, parent, isMain);
    return Reflect.apply(load, this, [request, parent, isMain]);
  };
  const loadMarked: ModuleLoader['prototype']['load'] = function (filename) {
    if (!isActive('modules') || !inGreenlet()) return loadModule.call(this, filename);
    return whileMarked(this, () => loadModule.call(this, filename));
  };
  return [
    patch('_load', loader, '_load', load, loadInTurn),
    patch('prototype.load', loader.prototype, 'load', loadModule, loadMarked),
  ];
}

function patch(
  name: string,
  owner: object,
  key: string,
  original: AnyFunction,
  replacement: AnyFunction,
): Patch {
  return { kind: 'modules', module: 'module', name, owner, key, original, replacement };
}

function whileMarked(module: object, load: () => unknown): unknown {
  const entry: Loading = { owner: getCurrent(), loaded: new Future<void>() };
  loading.set(module, entry);
  try {
    return load();
  } finally {
    loading.delete(module);
    entry.loaded.setResult(undefined);
  }
}

function waitUntilLoaded(
  loader: ModuleLoader,
  request: unknown,
  parent: unknown,
  isMain: unknown,
): void {
  const me = getCurrent();
  for (;;) {
    const entry = findLoading(loader, request, parent, isMain);
    if (entry === undefined || entry.owner === me || closesCircle(entry, me)) return;
    waiting.set(me, entry);
    try {
      wait(entry.loaded);
    } finally {
      waiting.delete(me);
    }
  }
}

function findLoading(
  loader: ModuleLoader,
  request: unknown,
  parent: unknown,
  isMain: unknown,
): Loading | undefined {
  let filename: string;
  try {
    filename = loader._resolveFilename(request, parent, isMain);
  } catch {
    return undefined; // The original is about to throw the same.
  }
  const module = loader._cache[filename];
  return module === undefined ? undefined : loading.get(module);
}

function closesCircle(entry: Loading, me: object): boolean {
  let next: Loading | undefined = entry;
  while (next !== undefined) {
    if (next.owner === me) return true;
    next = waiting.get(next.owner);
  }
  return false;
}
