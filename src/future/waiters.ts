import { debugProbe, Handle } from '../loop/index.ts';
import { type Await, type Awaiter, currentAwaiter } from './awaiter.ts';
import { captureContext, type RunInContext } from './callback-context.ts';
import type { Future } from './future.ts';

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
    this.#context = context ?? captureContext();
  }

  /** The name of the function. */
  get name(): string {
    return this.fn.name === '' ? 'an anonymous function' : this.fn.name;
  }

  override run(): void {
    if (this.#context === undefined) this.fn(this.#future);
    else this.#context(this.fn, this.#future);
  }
}

/**
 * An `await` (or `then`) of something that waits on the loop. It goes through the ready queue though promise jobs
 * are asynchronous anyway: a chain of awaits made of promise jobs alone would never let I/O in. What comes of it is
 * a native promise, so that reactions run in the async context they were registered in.
 */
export abstract class PromisedWait<T> extends Handle implements Await {
  readonly promise: Promise<T>;
  readonly #awaiter: Awaiter | undefined;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;

  constructor() {
    super();
    this.#awaiter = currentAwaiter();
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override get subject(): object {
    return this.#awaiter ?? this;
  }

  abstract get awaited(): Future | undefined;

  abstract cancelAwaited(message: string | undefined): boolean;

  /** The wait begins. */
  protected begin(): void {
    if (debugProbe !== null) debugProbe.awaits(this);
    this.#awaiter?.awaits(this);
  }

  /** The turn that ends it; to be called once for each `begin`. Returns what to raise in place of the outcome. */
  protected end(): Error | undefined {
    return this.#awaiter?.resumes(this);
  }

  protected fulfill(value: T): void {
    this.#resolve(value);
  }

  protected fail(reason: unknown): void {
    this.#reject(reason);
  }
}

/** The wait for a future that is pending. */
export class FutureWait<T> extends PromisedWait<T> {
  readonly #future: Future<T>;

  constructor(future: Future<T>) {
    super();
    this.#future = future;
    this.begin();
    future.addWaiter(this);
  }

  get awaited(): Future {
    return this.#future;
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.#future.cancel(message);
  }

  override run(): void {
    const thrown = this.end();
    if (thrown !== undefined) return this.fail(thrown);
    let value: T;
    try {
      value = this.#future.result();
    } catch (error) {
      return this.fail(error);
    }
    this.fulfill(value);
  }
}
