import { GreenroomError } from './greenroom-error.ts';

/** Thrown when what was waited for did not happen within the given time. */
export class TimeoutError extends GreenroomError {
  constructor(message: string = 'The operation timed out', options?: ErrorOptions) {
    super('ERR_TIMEOUT', message, options);
  }
}
