import { Future } from '../future/index.ts';
import { wait } from '../hub/index.ts';

/** How a call that reports to a callback ended: `error` is null or undefined if it went well. */
export interface Outcome {
  readonly error: unknown;
  readonly result: unknown;
}

export type Callback = (error: unknown, result?: unknown) => void;

/** A call under way. */
export interface PendingCall {
  readonly future: Future<Outcome>;
  /** Takes back a result that nobody will get any more, such as a file that was opened for a killed greenlet. */
  readonly discard: ((result: unknown) => void) | undefined;
  abandoned: boolean;
}

/**
 * Starts a call that reports to a callback. What `start` throws at once is thrown here.
 */
export function begin(
  start: (callback: Callback) => void,
  discard?: (result: unknown) => void,
): PendingCall {
  const call: PendingCall = { future: new Future<Outcome>(), discard, abandoned: false };
  start((error, result) => {
    if (!call.abandoned && !call.future.done()) call.future.setResult({ error, result });
    else if (error === null || error === undefined) discard?.(result);
  });
  return call;
}

/**
 * Parks the greenlet until the call ends, and tells how. If the wait itself is broken off (the greenlet is killed,
 * or a timeout strikes), the operation goes on in the background and its result is discarded.
 */
export function finish(call: PendingCall): Outcome {
  try {
    return wait(call.future);
  } catch (error) {
    call.abandoned = true;
    discardIfDone(call);
    throw error;
  }
}

function discardIfDone(call: PendingCall): void {
  if (call.discard === undefined || !call.future.done() || call.future.cancelled()) return;
  const { error, result } = call.future.result();
  if (error === null || error === undefined) call.discard(result);
}
