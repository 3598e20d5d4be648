import { nameAfterClass } from './class-name.ts';

/**
 * Base of the errors this library throws. `code` is stable and is what programs should compare; the
 * message is for people and may be reworded. `name` is the class's name, for subclasses too.
 *
 * @example
 * try { future.result() } catch (error) {
 *   if (error instanceof GreenroomError && error.code === 'ERR_INVALID_STATE') …
 * }
 */
export class GreenroomError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    nameAfterClass(new.target);
    super(message, options);
    this.code = code;
  }
}
