import type { Future } from '../future/index.ts';
import { type Operation, operation } from './operation.ts';
import { awaitPart } from './part.ts';
import { promiseMethods } from './promise-methods.ts';

const methods = promiseMethods<Operation<unknown>>(awaitPart);

/**
 * As `operation`, for those that run code of the user's and may cancel it: timeouts, groups, scopes. Always inside
 * a task or a greenlet: `currentTask()` is there, and stays the same from the first step to the last.
 *
 * In a generator and in a greenlet the operation is a part of the line of control that waits for it; an async
 * function has none: it may await several things at once. So there, the operation becomes a task, and what it
 * cancels is that task and nothing beside it.
 */
export function structured<This, A extends unknown[], T>(
  fn: (this: This, ...args: A) => Generator<Future | undefined, T, unknown>,
): (this: This, ...args: A) => Operation<T> {
  const made = operation(fn);
  Object.defineProperties(fn.prototype, methods);
  return made;
}
