import { checkFunction, describe, InvalidArgumentError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { fromPromise } from '../task/index.ts';

/**
 * A native promise as a Future, which can be cancelled: that abandons it. Give a function and it gets an AbortSignal
 * that is aborted with the cancellation, so that what stands behind the promise ends as well. asyncio's `wrap_future`.
 *
 * @throws InvalidArgumentError for what is neither a promise nor a function
 * @example
 * const page = wrapFuture((signal) => fetch(url, { signal }))
 * page.cancel() // the request ends, too
 */
export function wrapFuture<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
): Future<T> {
  if (source instanceof Future) return source as Future<T>;
  if (typeof source === 'function' && !('then' in source)) return abortedWhenCancelled(source);
  if (typeof (source as Partial<PromiseLike<T>> | null)?.then !== 'function') {
    throw new InvalidArgumentError(
      `Expected a promise, or a function that returns one, got ${describe(source)}`,
    );
  }
  return fromPromise(source as PromiseLike<T>);
}

function abortedWhenCancelled<T>(start: (signal: AbortSignal) => PromiseLike<T>): Future<T> {
  checkFunction(start, 'source');
  const controller = new AbortController();
  const future = fromPromise(start(controller.signal));
  future.addDoneCallback(() => {
    if (!future.cancelled()) return;
    try {
      future.result();
    } catch (cancellation) {
      controller.abort(cancellation);
    }
  });
  return future;
}
