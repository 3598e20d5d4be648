import {
  type Fiber,
  isError,
  mainFiber,
  peekError,
  writeArguments,
  writeValue,
} from '../kernel/index.ts';
import { GreenletExit } from '../errors/index.ts';

/**
 * Addresses the letter: `fiber` itself, or for a dead one its heir. A pending one is prepared; if it gets an error, it
 * starts all the same, and dies of it before its first line.
 *
 * @throws GreenletError for a pending one that has nothing to run
 */
export function addressee(fiber: Fiber): Fiber {
  const receiver = fiber.state === 'dead' ? heir(fiber) : fiber;
  if (receiver.state === 'pending') receiver.prepare();
  return receiver;
}

/**
 * Who gets the letter that ended `fiber`, or that came for it afterwards: the nearest ancestor that is not dead.
 * GreenletExit arrives there as a value. One that has not started gets no arguments by it, as in python-greenlet.
 */
export function heir(fiber: Fiber): Fiber {
  let at = fiber.parent ?? mainFiber;
  while (at.state === 'dead') at = at.parent ?? mainFiber;
  const exit = isError() ? peekError() : undefined;
  if (!(exit instanceof GreenletExit)) return at;
  if (at.state === 'pending') writeArguments([]);
  else writeValue(exit);
  return at;
}
