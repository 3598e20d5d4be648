import { isCoroutine, isGenerator } from '../coroutine/index.ts';
import { CancelledError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';
import { isPromiseLike } from './promise-like.ts';

/**
 * A promise as a Future, so that a task can wait for it. Cancelling it abandons the wait; the promise itself goes
 * on, and if it fails later nobody hears of it.
 *
 * @example
 * const response = yield* fromPromise(fetch(url))
 */
export function fromPromise<T>(promise: PromiseLike<T>, loop?: Loop): Future<T> {
  if (promise instanceof Future) return promise as Future<T>;
  const future = new Future<T>(loop);
  promise.then(
    (value) => {
      if (!future.done()) future.setResult(value);
    },
    (error: unknown) => {
      if (future.done()) return;
      if (error instanceof CancelledError) future.cancel(error.message);
      else future.setException(error);
    },
  );
  return future;
}

/** What a coroutine yielded; a promise as a future. An operation or a coroutine can be awaited, too, but has to be delegated to. */
export function asFuture(yielded: unknown, loop: Loop): unknown {
  if (yielded instanceof Future || !isPromiseLike(yielded)) return yielded;
  if (isGenerator(yielded) || isCoroutine(yielded)) return yielded;
  return fromPromise(yielded, loop);
}
