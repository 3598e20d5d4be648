import { GreenroomError } from './greenroom-error.ts';

/**
 * What a cancelled future, task or greenlet raises where it waits, as asyncio's `CancelledError`. Clean up
 * and let it pass on: code which swallows it cannot be cancelled.
 */
export class CancelledError extends GreenroomError {
  constructor(message: string = 'The operation was cancelled', options?: ErrorOptions) {
    super('ERR_CANCELLED', message, options);
  }
}
