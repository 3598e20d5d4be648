import { GreenroomError } from './greenroom-error.ts';

/** Thrown when an operation is right in itself but not now: setting a result twice, reading one too early. */
export class InvalidStateError extends GreenroomError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_INVALID_STATE', message, options);
  }
}
