import { CancelledError, checkAbortSignal } from '../errors/index.ts';
import type { Future } from '../future/index.ts';

/** Tells the cancellation by a signal from that of a task, which may come in the same turn and must not be lost. */
const GIVEN_UP = 'The signal of the wait was aborted';

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
  checkAbortSignal(signal, 'signal')?.throwIfAborted();
  const giveUp = (): void => {
    future.cancel(GIVEN_UP);
  };
  signal.addEventListener('abort', giveUp);
  try {
    return yield* future;
  } catch (error) {
    if (error instanceof CancelledError && error.message === GIVEN_UP) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
