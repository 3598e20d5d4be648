import type { RunInContext } from '../../context/index.ts';
import { debugProbe, Handle, type Loop } from '../../loop/index.ts';

/** What the report of an error out of a protocol says besides the error. (Keys of asyncio's `context`.) */
export interface Failure {
  /** Which call it was, in asyncio's words. */
  readonly message: string;
  readonly transport: object;
  readonly protocol: object;
}

/** A transport, as the one whose deliveries turns are. */
export interface Deliverer {
  /** @internal The call of its protocol that failed last. */
  readonly failure: Failure | undefined;
}

/** Calls `deliver` in a turn of the loop, once for however many requests came before it. */
export class Turn extends Handle {
  readonly #loop: Loop;
  readonly #deliver: () => void;
  readonly #deliverer: Deliverer | undefined;
  /** The async context of what is delivered, and of the exception handler that hears of its errors. */
  readonly context: RunInContext | undefined;
  #queued = false;

  constructor(loop: Loop, deliver: () => void, deliverer?: Deliverer, context?: RunInContext) {
    super();
    this.#loop = loop;
    this.#deliver = context === undefined ? deliver : () => context(deliver);
    this.#deliverer = deliverer;
    this.context = context;
  }

  override get subject(): object {
    return this.#deliverer ?? this;
  }

  /** What reports of an error say besides it; undefined if it did not come out of a protocol. */
  get failure(): Failure | undefined {
    return this.#deliverer?.failure;
  }

  request(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#loop.enqueue(this);
  }

  /**
   * From inside Node's poll for I/O: delivers on the spot, since nothing of the loop runs then, and what has been
   * requested before is not overtaken. In debug mode it takes a turn, where it is timed. An error of `deliver` is the
   * loop's, as from a turn.
   */
  take(): void {
    if (this.#queued || this.#loop.running || debugProbe !== null) {
      this.request();
      return;
    }
    try {
      this.#deliver();
    } catch (error) {
      this.#loop.enqueue(new FailedCall(error, this.failure, this.context));
    }
  }

  override run(): void {
    this.#queued = false;
    this.#deliver();
  }
}

/** Makes an error of a protocol the loop's, which it could not reach where it happened. */
export class FailedCall extends Handle {
  readonly #error: unknown;
  readonly failure: Failure | undefined;
  readonly context: RunInContext | undefined;

  constructor(error: unknown, failure: Failure | undefined, context: RunInContext | undefined) {
    super();
    this.#error = error;
    this.failure = failure;
    this.context = context;
  }

  /** @throws the error, always */
  override run(): void {
    throw this.#error;
  }
}
