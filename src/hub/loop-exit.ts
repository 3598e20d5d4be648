import { GreenroomError } from '../errors/index.ts';
import { type Fiber, traceOf } from '../greenlet/fiber.ts';
import { fiberName } from './fiber-name.ts';

/** How many of those who wait are listed, and how much of the stack of each. */
const MAX_LISTED = 20;
const MAX_FRAMES = 5;

/**
 * Nothing is left that could run, and somebody still waits: a deadlock. The
 * message lists who waits for what, and where. (gevent's `LoopExit`.)
 */
export class LoopExit extends GreenroomError {
  constructor(fibers: readonly Fiber[]) {
    const more = fibers.length > MAX_LISTED ? `\n  and ${fibers.length - MAX_LISTED} more` : '';
    super(
      'ERR_LOOP_EXIT',
      'This would wait forever: no timer, no I/O and no greenlet is left that could end the wait.' +
        `${fibers.slice(0, MAX_LISTED).map(describeWait).join('')}${more}`,
    );
  }
}

function describeWait(fiber: Fiber): string {
  const frames = traceOf(fiber)?.split('\n') ?? [];
  const own = frames.filter((frame) => !/\(?node:/.test(frame));
  const where = own.slice(0, MAX_FRAMES).map((frame) => `\n  ${frame}`);
  return `\n  ${fiberName(fiber)} waits for ${fiber.parkedOn?.reason}${where.join('')}`;
}
