import { InvalidStateError } from '../errors/index.ts';

/** @throws InvalidStateError if the event loop is closed */
export function checkOpen(loop: { isClosed(): boolean }): void {
  if (loop.isClosed())
    throw new InvalidStateError('The event loop is closed; make another with `newEventLoop()`');
}
