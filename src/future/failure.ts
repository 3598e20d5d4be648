import { errorOf, GreenroomError, InvalidArgumentError } from '../errors/index.ts';

/**
 * What a future fails with that is given `error`: an instance, if that is a class of errors; and for a StopIteration
 * an InvalidArgumentError with that as its cause. Raised in a coroutine that waits, it would look like the end of
 * another one, and there are loops that take it for that. Semantics: Python's, since 3.12.
 *
 * @example
 * failureOf(RangeError) // a RangeError
 * failureOf(new StopIteration(5)).cause.value // 5
 */
export function failureOf(error: unknown): unknown {
  const failure = errorOf(error);
  // By its code: the layer of coroutines, which has the class, is above this one.
  if (!(failure instanceof GreenroomError) || failure.code !== 'ERR_STOP_ITERATION') return failure;
  return new InvalidArgumentError(
    'StopIteration interacts badly with generators and cannot be raised into a Future; set the result, or an error of another class',
    { cause: failure },
  );
}
