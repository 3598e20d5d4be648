/**
 * Which arguments of a `…Sync` call can be handed to its callback form, and how.
 *
 * The rule: only arguments that both forms are known to understand alike take the cooperative way. `null` stands
 * for all others: the original then either throws its own error, so that messages and codes are Node's, or does
 * the work in its own way.
 */

import fs, { type PathLike, type Stats } from 'node:fs';

// The function as Node made it: this module is loaded before anything is patched.
const lstatNow = fs.lstatSync;

/** Turns the arguments of the `…Sync` form into those of the callback form, the callback left out. */
export type Prepare = (args: readonly unknown[]) => unknown[] | null;

/** The first `count` arguments as they are. A function among them would be taken for the callback. */
export function positional(count: number): Prepare {
  return (args) => {
    const taken: unknown[] = [];
    for (let i = 0; i < count; i++) {
      if (typeof args[i] === 'function') return null;
      taken.push(args[i]);
    }
    return taken;
  };
}

/**
 * `count` arguments of which the last is an options object (or an encoding, or nothing), without those options
 * that only the callback form obeys.
 */
export function withOptions(count: number, ...dropped: readonly string[]): Prepare {
  const take = positional(count);
  return (args) => {
    const taken = take(args);
    const options = taken?.[count - 1];
    if (taken === null || !isObject(options)) return taken;
    const kept: Record<string, unknown> = {};
    // As Node does it: inherited properties count.
    for (const key in options) if (!dropped.includes(key)) kept[key] = options[key];
    taken[count - 1] = kept;
    return taken;
  };
}

/** A path or descriptor, and options of which `bigint` is the only one that the callback form is given. */
export const statArguments: Prepare = (args) => {
  const [target, options] = args;
  if (typeof target === 'function') return null;
  if (options === undefined) return [target, {}];
  return isObject(options) ? [target, { bigint: options['bigint'] }] : null;
};

/**
 * `readdirSync(path[, options])`. Recursion over names that are bytes is left to Node: up to Node 24 both forms fail at
 * the first folder, the callback form where nobody can catch it.
 */
export const readdirArguments: Prepare = (args) => {
  const [path, options] = args;
  if (isObject(options) && Boolean(options['recursive'])) {
    if (ArrayBuffer.isView(path) || options['encoding'] === 'buffer') return null;
  }
  return withReaddirOptions(args);
};

const withReaddirOptions = positional(2);
const withReadOptions = withOptions(2, 'signal');
const withOpendirOptions = positional(2);
const withCopyOptions = positional(3);
const withWriteOptions = withOptions(3, 'signal');

/** `readFileSync(path[, options])`. Reading to the end of a descriptor is done otherwise. */
export const readFileArguments: Prepare = (args) =>
  typeof args[0] === 'number' ? null : withReadOptions(args);

/** `writeFileSync(file, data[, options])` and `appendFileSync`. */
export const writeFileArguments: Prepare = (args) =>
  typeof args[0] === 'number' && !isDescriptor(args[0]) ? null : withWriteOptions(args);

/**
 * `cpSync(from, to[, options])`. Node's two forms differ on links, on what they refuse, and on how far a copy gets
 * before it is refused; only a copy of plain files and folders is the same in both, and only that is worth waiting
 * for. The rest, such as a tree with one link in it, is the original's, as is a filter, which only the original
 * calls in the greenlet.
 */
export const copyArguments: Prepare = (args) => {
  const [from, to, options = {}] = args;
  if (!isObject(options) || options['errorOnExist'] || options['filter']) return null;
  if (ArrayBuffer.isView(from) || ArrayBuffer.isView(to)) return null;
  const source = look(from);
  const target = look(to);
  const plain = options['recursive'] === true && source?.isDirectory() === true;
  if ((!plain && source?.isFile() !== true) || target?.isSymbolicLink() === true) return null;
  if (plain && !(isPlainTree(from) && (target === undefined || isPlainTree(to)))) return null;
  return withCopyOptions(args);
};

/** Whether there are only files and folders below `path`. Looks by the patched function: a tree may be large. */
function isPlainTree(path: unknown): boolean {
  try {
    const entries = fs.readdirSync(path as PathLike, { recursive: true, withFileTypes: true });
    return entries.every((entry) => entry.isFile() || entry.isDirectory());
  } catch {
    return false;
  }
}

/** What lies at `path`, links not followed; undefined if nothing does. One call into the kernel, not worth a wait. */
function look(path: unknown): Stats | undefined {
  try {
    return lstatNow(path as PathLike, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** `readSync(fd, buffer, offset, length[, position])` and `readSync(fd, buffer[, options])`. */
export const readArguments: Prepare = (args) => {
  const [fd, buffer] = args;
  let [, , offset, length, position] = args;
  if (!ArrayBuffer.isView(buffer)) return null;
  if (args.length <= 3 || typeof offset === 'object') {
    const options = offset ?? {};
    if (!isObject(options) || Array.isArray(options)) return null;
    ({ offset = 0, length = buffer.byteLength - Number(offset), position = null } = options);
  }
  if (offset === null || [offset, length, position].some(isFunction)) return null;
  return [fd, buffer, offset ?? 0, length, position];
};

/**
 * `writeSync(fd, buffer[, offset[, length[, position]]])`, `writeSync(fd, buffer[, options])` and
 * `writeSync(fd, string[, position[, encoding]])`.
 */
export const writeArguments: Prepare = (args) => {
  const [fd, data] = args;
  let [, , offset, length, position] = args;
  if (typeof data === 'string') {
    const encoding = length;
    if (!isPosition(offset) || isFunction(encoding)) return null;
    return [fd, data, offset, encoding];
  }
  if (!ArrayBuffer.isView(data)) return null;
  if (typeof offset === 'object') {
    const options: Record<string, unknown> = isObject(offset) ? offset : {};
    ({ offset = 0, length = data.byteLength - Number(offset), position = null } = options);
  }
  offset ??= 0;
  if (typeof offset !== 'number' || !isPosition(position)) return null;
  if (typeof length !== 'number') length = data.byteLength - offset;
  return [fd, data, offset, length, position ?? null];
};

/** `readvSync(fd, buffers[, position])` and `writevSync`. */
export const vectorArguments: Prepare = (args) => {
  const [fd, buffers, position] = args;
  return [fd, buffers, typeof position === 'number' ? position : null];
};

/** `truncateSync(path[, length])`; a descriptor in place of the path is deprecated, and left to Node. */
export const truncateArguments: Prepare = (args) => {
  const [path, length] = args;
  return typeof path === 'number' || isFunction(length) ? null : [path, length];
};

/** Options one of which is a function that the operation calls: null where Node's callback form cannot call it right. */
export function withoutFunction(count: number, option: string): Prepare {
  const take = positional(count);
  return (args) => {
    const options = args[count - 1];
    return isObject(options) && isFunction(options[option]) ? null : take(args);
  };
}

/** `opendirSync(path[, options])`. The callback form looks at `bufferSize` too late: the error would reach nobody. */
export const opendirArguments: Prepare = (args) => {
  const options = args[1];
  if (isObject(options)) {
    const size = options['bufferSize'] ?? 1;
    if (!isDescriptor(size) || size === 0 || options['bufferSize'] === null) return null;
  }
  return withOpendirOptions(args);
};

export function isDescriptor(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
}

function isPosition(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'number';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
