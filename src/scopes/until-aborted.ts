import { onAbort } from '../kernel/index.ts';
import { CancelledError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import type { Cancellable } from '../task/index.ts';
import { CancelRequest } from './cancel-request.ts';

/**
 * `yield* steps`, cancelled when `signal` is aborted; the CancelledError that comes of it becomes the signal's
 * reason. Steps that end in another way than by the CancelledError end so, as with any cancellation.
 */
export function* untilAborted<T>(
  performer: Cancellable,
  signal: AbortSignal | undefined,
  steps: Generator<Future | undefined, T, unknown>,
): Generator<Future | undefined, T, unknown> {
  if (signal === undefined) return yield* steps;
  signal.throwIfAborted();
  const request = new CancelRequest(performer);
  const release = onAbort(signal, () => request.make());
  try {
    return yield* steps;
  } catch (error) {
    if (request.takeBack() && error instanceof CancelledError) throw signal.reason;
    throw error;
  } finally {
    release();
    request.takeBack();
  }
}
