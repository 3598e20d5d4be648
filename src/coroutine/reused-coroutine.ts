import { InvalidStateError } from '../errors/index.ts';
import type { Coroutine } from './coroutine.ts';

/** A coroutine, or what is known of a generator. */
type Named = Pick<Coroutine, 'name' | 'state'>;

/**
 * What somebody gets to step through who wants to run a coroutine that is another's, or was one's before: the first
 * step fails. The coroutine itself is not touched, or whoever runs it would suffer for it.
 *
 * Steps that fail, and not an error at once, because that is where it would happen anyway: in the second task, at the
 * second `yield*`. What is thrown in before, as a cancellation is, is raised as it is.
 */
export class ReusedCoroutine {
  readonly coroutine: Named;

  constructor(coroutine: Named) {
    this.coroutine = coroutine;
  }

  next(): never {
    throw reused(this.coroutine);
  }

  throw(error: unknown): never {
    throw error;
  }

  return<R>(value: R): IteratorReturnResult<R> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Python's "cannot reuse already awaited coroutine", and "coroutine is being awaited already". */
function reused({ name, state }: Named): InvalidStateError {
  const why = state === 'closed' ? 'it has ended' : 'it is being awaited, or was begun, already';
  return new InvalidStateError(
    `Cannot await coroutine ${name} twice: ${why}; call the function again, or make a task of it, which can be awaited by many`,
  );
}
