/** What becomes of errors while event loops run, and who hears of them. */
import { callbackReport, lostReport } from './exception-handler.ts';
import { type Handle, type Loop, throwUncaught } from '../loop/index.ts';
import { hostBegins, hostEnds, runningHosts, setExitHook } from '../task/index.ts';
import { setUnretrievedHook } from '../future/index.ts';
import type { EventLoop } from './event-loop.ts';
import { KeyboardInterrupt } from '../ends/index.ts';

/** The event loops that run. No other class of hosts is registered. */
function runningLoops(): readonly EventLoop[] {
  return runningHosts() as readonly EventLoop[];
}

/**
 * A KeyboardInterrupt is no failure of a task or a callback: all that runs in this thread is interrupted by it. False
 * for other errors, and if nothing runs. Semantics: CPython stores it in the task, and raises it out of the loop.
 */
function raiseInRuns(error: unknown): boolean {
  if (!(error instanceof KeyboardInterrupt) || runningLoops().length === 0) return false;
  for (const eventLoop of runningLoops()) eventLoop.raise(error);
  return true;
}

/** Who heard of the errors of a thread's loop before the first of its event loops ran. */
const sinks = new WeakMap<Loop, Loop['onError']>();

/** Notes that `eventLoop` runs; from then on it hears of errors in callbacks, such as those of futures. */
export function beginRunning(eventLoop: EventLoop): void {
  const { loop } = eventLoop;
  hostBegins(eventLoop);
  hearOfLostErrors();
  setExitHook((error, failed) => {
    // Whoever hears of the runs' end knows of it.
    if (raiseInRuns(error)) failed.exception();
  });
  if (sinks.has(loop)) return;
  sinks.set(loop, loop.onError);
  loop.onError = (error, handle): void => {
    const latest = runningLoops().findLast((each) => each.loop === loop);
    if (latest !== undefined) reportCallback(latest, error, handle, 'callback');
  };
}

let hearing = false;

/** From the first run on, errors that nobody looked at go to the exception handler of the event loop that runs. */
function hearOfLostErrors(): void {
  if (hearing) return;
  hearing = true;
  const before = setUnretrievedHook((error, lost) => {
    const eventLoop = runningLoops().at(-1);
    if (eventLoop === undefined) return before(error, lost);
    eventLoop.callExceptionHandler(lostReport(error, lost));
  });
}

export function endRunning(eventLoop: EventLoop): void {
  const { loop } = eventLoop;
  hostEnds(eventLoop);
  const sink = sinks.get(loop);
  if (sink === undefined || runningLoops().some((each) => each.loop === loop)) return;
  sinks.delete(loop);
  loop.onError = sink;
}

/**
 * A callback has thrown. Somebody who listens to the thread's loop itself, as virtual time does for tests, hears of
 * it unless the event loop was given a handler of its own.
 */
export function reportCallback(
  eventLoop: EventLoop,
  error: unknown,
  handle: Handle,
  what: string,
): void {
  if (raiseInRuns(error)) return;
  const sink = sinks.get(eventLoop.loop) ?? eventLoop.loop.onError;
  if (eventLoop.getExceptionHandler() === undefined && sink !== throwUncaught) {
    sink(error, handle);
    return;
  }
  eventLoop.callExceptionHandler(callbackReport(error, handle, what));
}
