import { GreenroomError } from '../errors/index.ts';

/**
 * Nothing is left that could run, and somebody still waits: a deadlock. The message lists who waits for what, and
 * where. (gevent's `LoopExit`.)
 */
export class LoopExit extends GreenroomError {
  /** @internal */
  constructor(report: string) {
    super('ERR_LOOP_EXIT', report);
  }
}
