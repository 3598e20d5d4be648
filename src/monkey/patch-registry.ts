/**
 * What is patched now, and what was there before.
 *
 * A replacement may outlive its patch: another library may have wrapped it, or a program may hold a reference
 * to it. So a replacement asks `isActive(kind)` at each call, and is a plain pass-through once its kind is off;
 * and `restore` puts the original back only where nobody else has put something in between.
 */
import { syncBuiltinESMExports } from 'node:module';
import { describe, InvalidArgumentError } from '../errors/index.ts';

/** What `patchAll` can switch on and off. `modules` follows the others: it keeps half-loaded modules from being seen. */
export type PatchKind = 'atomics' | 'fs' | 'childProcess' | 'modules';

export type AnyFunction = (...args: never[]) => unknown;

/** One function that is replaced. */
export interface Patch {
  readonly kind: PatchKind;
  /** Where users know it from: `Atomics`, or a built-in module's name without `node:`. */
  readonly module: string;
  /** Its name there; dotted below the top level, such as `Dir.prototype.readSync`. */
  readonly name: string;
  /** The object that holds it. */
  readonly owner: object;
  /** Its key on that object. */
  readonly key: string;
  readonly original: AnyFunction;
  readonly replacement: AnyFunction;
}

const active = new Set<PatchKind>();
const patches: Patch[] = [];

/** Whether the calls of this kind are cooperative at present. */
export function isActive(kind: PatchKind): boolean {
  return active.has(kind);
}

/** Puts the replacements in, for a kind that is not active yet. */
export function install(kind: PatchKind, added: readonly Patch[]): void {
  if (active.has(kind)) return;
  active.add(kind);
  for (const patch of added) {
    setProperty(patch.owner, patch.key, patch.replacement);
    patches.push(patch);
  }
}

/** Takes every replacement out again and makes those that are still referred to pass-throughs. */
export function restore(): void {
  active.clear();
  for (const patch of patches.reverse()) {
    if (Reflect.get(patch.owner, patch.key) === patch.replacement)
      setProperty(patch.owner, patch.key, patch.original);
  }
  patches.length = 0;
}

/** Makes `import { readFileSync } from 'node:fs'` see what the module object holds now. */
export function publish(): void {
  syncBuiltinESMExports();
}

function setProperty(owner: object, key: string, value: AnyFunction): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: descriptor?.enumerable ?? true,
  });
}

/**
 * The function as Node made it, whether or not it is patched at present.
 *
 * @param module `Atomics`, or a built-in module's name, with or without `node:`
 * @param name the function's name there; dotted below the top level, such as `Dir.prototype.readSync`
 * @throws InvalidArgumentError if there is no such module or function
 * @example
 * const readNow = getOriginal<typeof fs.readFileSync>('fs', 'readFileSync')
 */
export function getOriginal<F extends AnyFunction = (...args: unknown[]) => unknown>(
  module: string,
  name: string,
): F {
  const moduleName = withoutScheme(module);
  const patch = patches.find((each) => each.module === moduleName && each.name === name);
  return (patch?.original ?? findFunction(moduleName, name)) as F;
}

function findFunction(module: string, name: string): AnyFunction {
  let value: unknown = module === 'Atomics' ? Atomics : process.getBuiltinModule(module);
  if (value === undefined) {
    throw new InvalidArgumentError(
      `Expected \`module\` to be "Atomics" or the name of a module of Node's, got ${describe(module)}`,
    );
  }
  for (const part of name.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[part];
  if (typeof value !== 'function') {
    throw new InvalidArgumentError(
      `Expected \`name\` to be a function of ${module}, got ${describe(name)}`,
    );
  }
  return value as AnyFunction;
}

/**
 * Whether something is patched: anything at all, a kind (`'fs'`), a module (`'node:fs'`), or one function
 * (`'fs', 'readFileSync'`).
 */
export function isPatched(kindOrModuleName?: string, name?: string): boolean {
  if (kindOrModuleName === undefined) return active.size > 0;
  if (name === undefined && active.has(kindOrModuleName as PatchKind)) return true;
  const module = withoutScheme(kindOrModuleName);
  return patches.some(
    (patch) => patch.module === module && (name === undefined || patch.name === name),
  );
}

function withoutScheme(module: string): string {
  return module.startsWith('node:') ? module.slice('node:'.length) : module;
}
