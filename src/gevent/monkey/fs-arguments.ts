/**
 * Which arguments of a `…Sync` call can be handed to its callback form, and how.
 *
 * The rule: only arguments that both forms are known to understand alike take the cooperative way. `null` stands
 * for all others: the original then either throws its own error, so that messages and codes are Node's, or does
 * the work in its own way.
 */

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

function isPosition(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'number';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
