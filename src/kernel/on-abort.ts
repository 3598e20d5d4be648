import { isTimed } from './timed-signal.ts';
import { keepProcessAlive } from '../loop/index.ts';
/**
 * The one place that listens to AbortSignals. Calls `listener` when `signal` is aborted; now, if it is: code that ran
 * since the signal was checked, as the first step of an eager task, may have aborted it, and the event does not come
 * again. Returns what takes the listener back.
 *
 * What an abort ends is decided by the caller: a wait (`WaitQueue`, `abortable`, `limited`), an owner's code
 * (`untilAborted`), a future (`abortableFuture`), or a scope.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return ignore;
  if (signal.aborted) {
    listener();
    return ignore;
  }
  signal.addEventListener('abort', listener);
  // The timer of a timed signal does not keep the process alive; a wait that it will end does.
  const letGo = isTimed(signal) ? keepProcessAlive() : ignore;
  return () => {
    letGo();
    signal.removeEventListener('abort', listener);
  };
}

function ignore(): void {}
