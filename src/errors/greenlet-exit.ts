import { GreenroomError } from './greenroom-error.ts';

/**
 * Ends a greenlet from outside: thrown in it where it is parked, so that its
 * `finally` blocks run. Reaching the greenlet's end it is no failure, but the
 * value the parent gets. Like every exception of JavaScript it can be caught;
 * a `catch` that does not know it should throw it on.
 */
export class GreenletExit extends GreenroomError {
  constructor(message: string = 'The greenlet was asked to exit') {
    super('ERR_GREENLET_EXIT', message);
  }
}
