import { checkAbortSignal } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { onAbort } from '../kernel/index.ts';

/**
 * `yield* future`, given up when `signal` is aborted: the future fails with the signal's reason. A result that is there
 * first wins, also if whoever waits has not run yet. For use inside operations, with a future of the operation's own:
 * each takes a `signal` wherever it can wait.
 */
export function* abortable<T>(
  future: Future<T>,
  signal: AbortSignal | undefined,
): Generator<Future, T, unknown> {
  if (signal === undefined) return yield* future;
  checkAbortSignal(signal, 'signal')?.throwIfAborted();
  const release = onAbort(signal, () => {
    if (future.done()) return;
    future.setException(signal.reason);
    // Whoever waits gets to see it; if there is nobody any more, it is of no interest.
    future.exception();
  });
  try {
    return yield* future;
  } finally {
    release();
  }
}
