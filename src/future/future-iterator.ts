import { InvalidStateError } from '../errors/index.ts';
import type { Future } from './future.ts';

/** What `yield* future` runs: written out, because a generator object per wait costs several times as much. */
export class FutureIterator<T> {
  readonly #future: Future<T>;
  #yielded: boolean;

  constructor(future: Future<T>) {
    this.#future = future;
    this.#yielded = false;
  }

  next(): IteratorResult<Future<T>, T> {
    const future = this.#future;
    if (future.done()) return { done: true, value: future.result() };
    if (this.#yielded) {
      throw new InvalidStateError(
        'Resumed before the future was done; whoever gets a future from `yield*` has to wait for it',
      );
    }
    this.#yielded = true;
    return { done: false, value: future };
  }

  throw(error: unknown): IteratorResult<Future<T>, T> {
    throw error;
  }

  return(value: T): IteratorResult<Future<T>, T> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
