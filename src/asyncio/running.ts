/**
 * Which event loops run, and whose code it is that runs. There is one loop per thread, and an EventLoop is a life on
 * top of it, so several may run at once: `run()` for each request of a server. Who belongs to which is told by family:
 * a task belongs to the event loop that its root was started on, a callback to the one it was scheduled on.
 */
import type { Handle, Loop } from '../loop/index.ts';
import { setUnretrievedHook } from '../future/index.ts';
import { throwUncaught } from '../loop/index.ts';
import { allTasks, type Cancellable, currentRoot, setExitHook, type Task } from '../task/index.ts';
import type { EventLoop } from './event-loop.ts';
import { callbackReport } from './exception-handler.ts';
import { KeyboardInterrupt } from './keyboard-interrupt.ts';

const running: EventLoop[] = [];
const ofRoots = new WeakMap<Cancellable, EventLoop>();
/** Whose callback runs now. */
let calling: EventLoop | undefined;

/** The event loop whose run began last and is not over. */
export function latestRunning(): EventLoop | undefined {
  return running.at(-1);
}

/** The event loop that the running code belongs to, by its task's family or as a callback. */
export function owningLoop(): EventLoop | undefined {
  return ownerOf(currentRoot());
}

/** The same, for who has looked up the root already. */
export function ownerOf(root: Cancellable | undefined): EventLoop | undefined {
  return (root === undefined ? undefined : ofRoots.get(root)) ?? calling;
}

/** Makes `root` and all that it starts belong to `eventLoop`. */
export function adopt(root: Cancellable, eventLoop: EventLoop): void {
  ofRoots.set(root, eventLoop);
}

/** The tasks of `eventLoop` that are not done, oldest first. */
export function tasksOf(eventLoop: EventLoop): Task[] {
  return [...allTasks(eventLoop.loop)].filter(
    ({ root }) => root !== undefined && ofRoots.get(root) === eventLoop,
  );
}

/** Calls `fn` as a callback of `eventLoop`. */
export function callFor<R>(eventLoop: EventLoop, fn: () => R): R {
  const before = calling;
  calling = eventLoop;
  try {
    return fn();
  } finally {
    calling = before;
  }
}

/**
 * A KeyboardInterrupt is no failure of a task or a callback: all that runs in this thread is interrupted by it. False
 * for other errors, and if nothing runs. Semantics: CPython stores it in the task, and raises it out of the loop.
 */
function raiseInRuns(error: unknown): boolean {
  if (!(error instanceof KeyboardInterrupt) || running.length === 0) return false;
  for (const eventLoop of running) eventLoop.raise(error);
  return true;
}

/** Who heard of the errors of a thread's loop before the first of its event loops ran. */
const sinks = new WeakMap<Loop, Loop['onError']>();

/** Notes that `eventLoop` runs; from then on it hears of errors in callbacks, such as those of futures. */
export function beginRunning(eventLoop: EventLoop): void {
  const { loop } = eventLoop;
  running.push(eventLoop);
  hearOfLostErrors();
  setExitHook((error, failed) => {
    // Whoever hears of the runs' end knows of it.
    if (raiseInRuns(error)) failed.exception();
  });
  if (sinks.has(loop)) return;
  sinks.set(loop, loop.onError);
  loop.onError = (error, handle): void => {
    const latest = running.findLast((each) => each.loop === loop);
    if (latest !== undefined) reportCallback(latest, error, handle, 'callback');
  };
}

let hearing = false;

/** From the first run on, errors that nobody looked at go to the exception handler of the event loop that runs. */
function hearOfLostErrors(): void {
  if (hearing) return;
  hearing = true;
  const before = setUnretrievedHook((error, lost) => {
    const eventLoop = latestRunning();
    if (eventLoop === undefined) return before(error, lost);
    eventLoop.callExceptionHandler({
      message: `${lost.kind} exception was never retrieved`,
      exception: error,
      name: lost.name,
      madeAt: lost.madeAt,
    });
  });
}

export function endRunning(eventLoop: EventLoop): void {
  const { loop } = eventLoop;
  running.splice(running.lastIndexOf(eventLoop), 1);
  const sink = sinks.get(loop);
  if (sink === undefined || running.some((each) => each.loop === loop)) return;
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
