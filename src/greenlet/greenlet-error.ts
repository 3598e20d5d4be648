import { GreenroomError } from '../errors/index.ts';

/** A greenlet was used in a way that cannot work: from another thread, or as its own ancestor. */
export class GreenletError extends GreenroomError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_GREENLET', message, options);
  }
}
