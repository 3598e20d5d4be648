import { Handle } from '../loop/index.ts';
import type { Future, RunInContext } from './future.ts';

/** Calls a done callback with its future. */
export class CallbackWaiter<T> extends Handle {
  readonly fn: (future: Future<T>) => unknown;
  readonly #future: Future<T>;
  readonly #context: RunInContext | undefined;

  constructor(
    future: Future<T>,
    fn: (future: Future<T>) => unknown,
    context: RunInContext | undefined,
  ) {
    super();
    this.#future = future;
    this.fn = fn;
    this.#context = context;
  }

  override run(): void {
    if (this.#context === undefined) this.fn(this.#future);
    else this.#context(this.fn, this.#future);
  }
}

/**
 * Settles the promise of a future that is awaited. It goes through the ready queue though promise jobs
 * are asynchronous anyway: a chain of awaits made of promise jobs alone would never let I/O in.
 */
export class PromiseWaiter<T> extends Handle {
  readonly #future: Future<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(future: Future<T>, resolve: (value: T) => void, reject: (reason: unknown) => void) {
    super();
    this.#future = future;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override run(): void {
    let value: T;
    try {
      value = this.#future.result();
    } catch (error) {
      this.#reject(error);
      return;
    }
    this.#resolve(value);
  }
}
