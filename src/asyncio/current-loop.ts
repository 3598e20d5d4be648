import { currentHost, currentTask, runningHosts, setThreadHost } from '../task/index.ts';
import { describe, InvalidArgumentError, InvalidStateError } from '../errors/index.ts';
import { EventLoop } from './event-loop.ts';

/** A new event loop object on this thread's loop. */
export function newEventLoop(): EventLoop {
  return new EventLoop();
}

/** Makes `loop` what `getEventLoop` returns when nothing is running. */
export function setEventLoop(loop: EventLoop | undefined): void {
  if (loop !== undefined && !(loop instanceof EventLoop)) {
    throw new InvalidArgumentError(`Expected an EventLoop or undefined, got ${describe(loop)}`);
  }
  setThreadHost(loop);
}

/** The running event loop, else the one that was set, else a new one, which is then set. */
export function getEventLoop(): EventLoop {
  const current = currentHost() as EventLoop | undefined;
  if (current !== undefined) return current;
  const made = newEventLoop();
  setThreadHost(made);
  return made;
}

/**
 * The event loop that is running, which it always is inside a task.
 *
 * @throws InvalidStateError if none is
 */
export function getRunningLoop(): EventLoop {
  if (runningHosts().length > 0 || currentTask() !== undefined) return getEventLoop();
  throw new InvalidStateError(
    'No event loop is running; call this from a task, or use `getEventLoop()`',
  );
}
