import { InvalidArgumentError, describe, InvalidStateError } from '../errors/index.ts';
import { currentTask } from '../task/index.ts';
import { EventLoop } from './event-loop.ts';
import { latestRunning, owningLoop } from './running.ts';

// Each thread loads this module for itself, as Python keeps one current loop per thread.
let current: EventLoop | undefined;

/** A new event loop object on this thread's loop. */
export function newEventLoop(): EventLoop {
  return new EventLoop();
}

/** Makes `loop` what `getEventLoop` returns when nothing is running. */
export function setEventLoop(loop: EventLoop | undefined): void {
  if (loop !== undefined && !(loop instanceof EventLoop)) {
    throw new InvalidArgumentError(`Expected an EventLoop or undefined, got ${describe(loop)}`);
  }
  current = loop;
}

/** The running event loop, else the one that was set, else a new one, which is then set. */
export function getEventLoop(): EventLoop {
  return owningLoop() ?? latestRunning() ?? (current ??= newEventLoop());
}

/**
 * The event loop that is running, which it always is inside a task.
 *
 * @throws InvalidStateError if none is
 */
export function getRunningLoop(): EventLoop {
  if (latestRunning() !== undefined || currentTask() !== undefined) return getEventLoop();
  throw new InvalidStateError(
    'No event loop is running; call this from a task, or use `getEventLoop()`',
  );
}
