import { type Fiber, forgetLimit, type Interruption, limitWait, onAbort } from '../kernel/index.ts';
import { checkAbortSignal, checkDelay, TimeoutError } from '../errors/index.ts';
import { getLoop } from '../loop/index.ts';

export interface WaitOptions {
  /** Milliseconds after which to give up with a TimeoutError. Default: never. */
  timeout?: number | undefined;
  /** Gives up with the signal's reason when it aborts. */
  signal?: AbortSignal | undefined;
}

/**
 * Calls `run`, in which `fiber` waits, once or several times, within the limits. A result that is under way wins.
 * `expiry` is what is raised when the time is up, for a caller that has to know its own from another's.
 */
export function limited<T>(
  fiber: Fiber,
  { timeout, signal }: WaitOptions,
  run: () => T,
  expiry?: unknown,
): T {
  checkAbortSignal(signal, 'signal')?.throwIfAborted();
  let end: Interruption | undefined;
  const giveUp = (kind: 'abort' | 'timeout', error: unknown): void => {
    end ??= limitWait(fiber, kind, error);
  };
  const timer =
    timeout === undefined
      ? undefined
      : getLoop().callLater(checkDelay(timeout, 'timeout'), () =>
          giveUp('timeout', expiry ?? new TimeoutError(`Nothing came within ${timeout} ms`)),
        );
  const release = onAbort(signal, () => giveUp('abort', signal?.reason));
  try {
    return run();
  } finally {
    timer?.cancel();
    release();
    if (end !== undefined) forgetLimit(fiber, end);
  }
}

/** As `limited`, but that the time is up is no error: returns whether `run` came to its end before that. */
export function withinLimits(fiber: Fiber, limits: WaitOptions, run: () => void): boolean {
  if (limits.timeout === undefined && limits.signal === undefined) {
    run();
    return true;
  }
  const expiry = new TimeoutError();
  try {
    limited(fiber, limits, run, expiry);
    return true;
  } catch (error) {
    if (error !== expiry) throw error;
    return false;
  }
}
