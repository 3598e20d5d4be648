import { CancelledError, TimeoutError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import {
  type Awaitable,
  ensureFuture,
  fromPromise,
  hasSteps,
  type Operation,
  structured,
  type TaskBody,
} from '../task/index.ts';
import { checkDeadline, timeout, type TimeoutOptions } from '../scopes/index.ts';
import { settled } from './settled.ts';

/**
 * Waits for something for `ms` milliseconds at most; null: without limit. When the time is over it is cancelled, and
 * waited for until it has cleaned up. A native promise cannot be cancelled: the wait for it ends. If what was waited
 * for has a result all the same, that is the result. asyncio's `wait_for`.
 *
 * With a limit of 0 or less, what is not done is cancelled before it begins.
 *
 * @throws TimeoutError when the time was over
 * @example
 * const answer = await waitFor(queue.get(), 1000)
 */
export function waitFor<T>(
  awaitable: TaskBody<T>,
  ms: number | null,
  options: TimeoutOptions = {},
): Operation<T> {
  const limit = checkDeadline(ms, 'ms');
  if (limit !== null && limit <= 0) return atOnce(awaitable, options.signal) as Operation<T>;
  if (typeof awaitable === 'function') return timeout<T>(limit, awaitable as () => T, options);
  // A promise is no body of ours, whose end has to be waited for: it can be abandoned.
  const body = (): Awaitable<T> =>
    hasSteps(awaitable) ? awaitable : fromPromise(awaitable as PromiseLike<T>);
  return timeout<T>(limit, body, options);
}

const atOnce = structured(function* (
  awaitable: TaskBody<unknown>,
  signal: AbortSignal | undefined,
): Generator<Future | undefined, unknown, unknown> {
  signal?.throwIfAborted();
  const future = ensureFuture(awaitable);
  if (future.done()) return future.result();
  future.cancel();
  yield* settled(future);
  try {
    return future.result();
  } catch (error) {
    if (error instanceof CancelledError) throw new TimeoutError(undefined, { cause: error });
    throw error;
  }
});
