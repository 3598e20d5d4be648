/**
 * Calls `listener` when `signal` is aborted; now, if it is: code that ran since the signal was asked, as the first step
 * of an eager task, may have done it, and the event does not come again.
 */
export function whenAborted(signal: AbortSignal | undefined, listener: () => void): void {
  if (signal?.aborted === true) listener();
  else signal?.addEventListener('abort', listener);
}
