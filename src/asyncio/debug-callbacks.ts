import { isCoroutineFunction } from '../coroutine/index.ts';
import { describe, InvalidArgumentError } from '../errors/index.ts';

/** What a call of such a function returns, by its prototype. */
const RETURNS = new Map<unknown, string>([
  [Object.getPrototypeOf(async () => {}), 'a promise that nobody awaits'],
  [Object.getPrototypeOf(function* () {}), 'a coroutine that nobody runs'],
  [Object.getPrototypeOf(async function* () {}), 'an async generator that nobody runs'],
]);

/**
 * Refuses as a callback what would return something to be waited for: nobody would hear what comes of it. (asyncio's
 * check in debug mode.)
 *
 * @throws InvalidArgumentError for async functions, generator functions and coroutine functions
 * @example checkCallback(async () => save()) // throws
 */
export function checkCallback(fn: unknown): void {
  const returned = isCoroutineFunction(fn)
    ? 'a coroutine that nobody runs'
    : RETURNS.get(Object.getPrototypeOf(fn));
  if (returned === undefined) return;
  throw new InvalidArgumentError(
    `Expected a plain function to call, got ${describe(fn)}, which would return ${returned}; use \`createTask\``,
  );
}
