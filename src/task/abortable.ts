import { CancelledError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';

/**
 * `yield* future`, given up when `signal` is aborted: the future is cancelled and the signal's reason raised.
 * A result that is there first wins, also if whoever waits has not run yet. For use inside operations, each of
 * which takes a `signal` wherever it can wait.
 */
export function* abortable<T>(
  future: Future<T>,
  signal: AbortSignal | undefined,
): Generator<Future, T, unknown> {
  if (signal === undefined) return yield* future;
  signal.throwIfAborted();
  let givenUp = false;
  const giveUp = (): void => {
    givenUp = future.cancel();
  };
  signal.addEventListener('abort', giveUp);
  try {
    return yield* future;
  } catch (error) {
    if (givenUp && error instanceof CancelledError) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
