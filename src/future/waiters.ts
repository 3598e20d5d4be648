import { rejectNoted } from '../errors/index.ts';
import { debugProbe, Handle } from '../loop/index.ts';
import { type Awaiter, currentAwaiter, type Wait, type WaitReason } from '../kernel/index.ts';
import { captureContext, type RunInContext } from '../context/index.ts';
import type { Future } from './future.ts';

/** Calls a done callback with its future. */
export class CallbackWaiter<T> extends Handle {
  readonly fn: (future: Future<T>) => unknown;
  readonly #future: Future<T>;
  /** What it runs in; undefined if that would be empty. */
  readonly context: RunInContext | undefined;

  constructor(
    future: Future<T>,
    fn: (future: Future<T>) => unknown,
    context: RunInContext | undefined,
  ) {
    super();
    this.#future = future;
    this.fn = fn;
    this.context = context ?? captureContext();
  }

  /** The name of the function. */
  get name(): string {
    return this.fn.name === '' ? 'an anonymous function' : this.fn.name;
  }

  override run(): void {
    if (this.context === undefined) this.fn(this.#future);
    else this.context(this.fn, this.#future);
  }
}

/**
 * An `await` (or `then`) of something that waits on the loop. It goes through the ready queue though promise jobs
 * are asynchronous anyway: a chain of awaits made of promise jobs alone would never let I/O in.
 */
export abstract class AsyncWait<A extends Awaiter = Awaiter> extends Handle implements Wait {
  /** The task whose code this is. */
  declare protected readonly awaiter: A | undefined;

  constructor(awaiter: A | undefined) {
    super();
    this.awaiter = awaiter;
  }

  override get subject(): object {
    return this.awaiter ?? this;
  }

  get reason(): WaitReason {
    return this.awaited?.waitReason ?? 'a turn of the loop';
  }

  abstract get awaited(): Future | undefined;

  abstract cancelAwaited(message: string | undefined): boolean;

  abstract get resolveAwaited(): (value: never) => void;

  /** The wait begins. */
  protected begin(): void {
    if (debugProbe !== null) debugProbe.awaits(this);
    this.awaiter?.awaits(this);
  }

  /** The turn that ends it; to be called once for each `begin`. Returns what to raise in place of the outcome. */
  protected end(): Error | undefined {
    return this.awaiter?.resumes(this);
  }
}

/** The wait for a future that is pending. Its outcome is a native promise, so that reactions run in the async context they were registered in. */
export class FutureWait<T> extends AsyncWait {
  readonly #future: Future<T>;
  readonly #outcome = Promise.withResolvers<T>();

  constructor(future: Future<T>) {
    super(currentAwaiter());
    this.#future = future;
    this.begin();
    future.addWaiter(this);
  }

  get promise(): Promise<T> {
    return this.#outcome.promise;
  }

  get awaited(): Future {
    return this.#future;
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.#future.cancel(message);
  }

  get resolveAwaited(): (value: never) => void {
    return this.#outcome.resolve;
  }

  override run(): void {
    const thrown = this.end();
    if (thrown !== undefined) return this.#fail(thrown);
    let value: T;
    try {
      value = this.#future.result();
    } catch (error) {
      return this.#fail(error);
    }
    this.#outcome.resolve(value);
  }

  #fail(error: unknown): void {
    rejectNoted(error, this.#outcome.resolve, this.#outcome.reject);
  }
}
