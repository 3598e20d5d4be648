import { GreenroomError } from '../errors/index.ts';

/** Raised for those at a barrier that was aborted, or reset while they waited. (asyncio's `BrokenBarrierError`.) */
export class BrokenBarrierError extends GreenroomError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_BROKEN_BARRIER', message, options);
  }
}
