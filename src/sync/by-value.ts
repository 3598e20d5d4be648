import { describe, InvalidArgumentError } from '../errors/index.ts';

/**
 * The order of a PriorityQueue that was given none: numbers, strings, bigints, booleans and dates by `<`, arrays
 * element by element, as Python's tuples. So `[2, 'sweep']` comes after `[1, 'open']`.
 *
 * @throws InvalidArgumentError for what has no order: NaN, different types, objects
 */
export function byValue(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) return byElements(a, b);
  const [left, right] = [orderOf(a), orderOf(b)];
  if (left === undefined || typeof left !== typeof right) {
    throw new InvalidArgumentError(
      `Expected items that can be compared with \`<\`, got ${describe(a)} and ${describe(b)}; give the queue a \`compare\` function`,
    );
  }
  return left < right! ? -1 : left > right! ? 1 : 0;
}

function byElements(a: readonly unknown[], b: readonly unknown[]): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const order = byValue(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** What stands for `value` in a comparison; undefined if nothing can. */
function orderOf(value: unknown): number | string | bigint | boolean | undefined {
  const order = value instanceof Date ? value.getTime() : value;
  switch (typeof order) {
    case 'number':
      return Number.isNaN(order) ? undefined : order;
    case 'string':
    case 'bigint':
    case 'boolean':
      return order;
    default:
      return undefined;
  }
}
