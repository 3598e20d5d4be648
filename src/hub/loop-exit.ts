import { GreenroomError } from '../errors/index.ts';
import type { Fiber } from '../greenlet/fiber.ts';
import { fiberName } from './fiber-name.ts';
import type { Wait } from './park.ts';

/**
 * Nothing is left that could run, and somebody still waits: a deadlock. The
 * message lists who waits for what. (gevent's `LoopExit`.)
 */
export class LoopExit extends GreenroomError {
  constructor(fibers: readonly Fiber[]) {
    const lines = fibers.slice(0, 20).map((fiber) => {
      return `\n  ${fiberName(fiber)} waits for ${(fiber.parkedOn as Wait).reason}`;
    });
    const more = fibers.length > 20 ? `\n  and ${fibers.length - 20} more` : '';
    super(
      'ERR_LOOP_EXIT',
      `This would wait forever: no timer, no I/O and no greenlet is left that could end the wait.${lines.join('')}${more}`,
    );
  }
}
