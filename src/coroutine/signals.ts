import { GreenroomError } from '../errors/index.ts';

/**
 * Raised by `send`, `next` and `throw` when the body returned: `value` is what it returned. It tells the
 * caller that nothing more will come; a body must not throw it itself.
 */
export class StopIteration<T = unknown> extends GreenroomError {
  readonly value: T;

  constructor(value?: T) {
    super('ERR_STOP_ITERATION', 'The coroutine has finished; `value` is what it returned');
    this.value = value as T;
  }
}

/**
 * Thrown at the pause of a coroutine that is being closed, so that its `finally` blocks run. A `catch`
 * that sees everything has to let this pass on.
 */
export class GeneratorExit extends GreenroomError {
  constructor(message: string = 'The coroutine is being closed') {
    super('ERR_GENERATOR_EXIT', message);
  }
}

export type CoroutineErrorCode =
  | 'ERR_COROUTINE_RUNNING'
  | 'ERR_GENERATOR_EXIT_IGNORED'
  | 'ERR_STOP_ITERATION_RAISED';

/** A coroutine was used, or behaved, in a way that its protocol does not allow; `code` says which. */
export class CoroutineError extends GreenroomError {
  declare readonly code: CoroutineErrorCode;

  constructor(code: CoroutineErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
