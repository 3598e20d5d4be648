import { isCoroutineFunction } from '../../coroutine/index.ts';
import { checkFunction, describe, InvalidArgumentError } from '../../errors/index.ts';

const COROUTINE = 'a coroutine that nobody runs';

/** What a call of such a function returns that begins only when somebody runs it, by the function's prototype. */
const LAZY = new Map<unknown, string>([
  [Object.getPrototypeOf(function* () {}), COROUTINE],
  [Object.getPrototypeOf(async function* () {}), 'an async generator that nobody runs'],
]);

const asyncFunctionPrototype: unknown = Object.getPrototypeOf(async () => {});

/**
 * Refuses as a callback what would return something to be waited for. With a generator nothing at all would happen; an
 * async function runs, but nobody hears of its errors, so it is refused only if `strict`, as in debug mode. (asyncio's
 * check of callbacks.)
 *
 * @throws InvalidArgumentError for what is no function, generator functions and coroutine functions
 * @example checkCallback(async () => save(), true) // throws
 */
export function checkCallback(
  fn: unknown,
  strict: boolean,
): asserts fn is (...args: unknown[]) => unknown {
  checkFunction(fn, 'fn');
  const prototype: unknown = Object.getPrototypeOf(fn);
  const returned = isCoroutineFunction(fn)
    ? COROUTINE
    : strict && prototype === asyncFunctionPrototype
      ? 'a promise that nobody awaits'
      : LAZY.get(prototype);
  if (returned === undefined) return;
  throw new InvalidArgumentError(
    `Expected a plain function to call, got ${describe(fn)}, which would return ${returned}; use \`createTask\``,
  );
}
