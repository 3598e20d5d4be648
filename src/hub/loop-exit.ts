import { deadlockReport, GreenroomError } from '../errors/index.ts';
import { type Fiber, traceOf } from '../kernel/index.ts';
import { fiberName } from './fiber-name.ts';

/**
 * Nothing is left that could run, and somebody still waits: a deadlock. The
 * message lists who waits for what, and where. (gevent's `LoopExit`.)
 */
export class LoopExit extends GreenroomError {
  /** @internal */
  constructor(fibers: readonly Fiber[]) {
    super(
      'ERR_LOOP_EXIT',
      deadlockReport('greenlet', fibers, (fiber) => ({
        name: fiberName(fiber),
        reason: fiber.parkedOn?.reason ?? 'nothing',
        stack: (traceOf(fiber)?.split('\n') ?? []).filter((frame) => !/\(?node:/.test(frame)),
      })),
    );
  }
}
