import { CancelledError, InvalidStateError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';
import { Context, inheritedContext } from './context.ts';

/**
 * The Future of code that runs, and can be asked to end: what a Task and a spawned greenlet have in common.
 *
 * A request to cancel is delivered once: as a CancelledError, raised where the code waits, through the future it
 * waits for if there is one; or, while nothing can be reached, at its next wait. Semantics: asyncio's `Task`.
 */
export abstract class Cancellable<T = unknown> extends Future<T> {
  #requests: number;
  #mustCancel: boolean;
  #message: string | undefined;
  #cancellation: CancelledError | undefined;
  #controller: AbortController | undefined;
  /** Made when somebody asks, if it would be empty. */
  #context: Context | undefined;

  constructor(loop?: Loop, context?: Context) {
    super(loop);
    this.#context = context ?? inheritedContext();
    this.#requests = 0;
    this.#mustCancel = false;
    this.#message = undefined;
    this.#cancellation = undefined;
    this.#controller = undefined;
  }

  /** Shown in reports. */
  abstract name: string;

  /** The task at the root of the family that this one belongs to; undefined if it has none. */
  abstract readonly root: Cancellable | undefined;

  /** Cancels what the code waits for now. False if there is nothing that could be reached. */
  protected abstract cancelWait(message: string | undefined): boolean;

  /** The context in which the code reads and sets context variables. (asyncio's `get_context`.) */
  get context(): Context {
    return (this.#context ??= new Context());
  }

  /** Aborted when this is cancelled: for what it awaits that is no future, as in `fetch(url, { signal })`. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#requests > 0) this.#controller.abort(new CancelledError(this.#message));
    }
    return this.#controller.signal;
  }

  /**
   * Asks the code to end: a CancelledError is raised where it waits, or at its next step. It may clean up,
   * and may even refuse. What has not begun never runs. Returns false if it is done already.
   */
  override cancel(message?: string): boolean {
    if (this.done()) return super.cancel(message);
    this.#requests++;
    this.#message = message;
    this.#controller?.abort(new CancelledError(message));
    if (!this.cancelWait(message)) this.#mustCancel = true;
    return true;
  }

  /** How many requests to cancel have not been taken back. */
  cancelling(): number {
    return this.#requests;
  }

  /** Takes one request back and returns how many are left; the last one also if it has not been delivered yet. */
  uncancel(): number {
    if (this.#requests > 0 && --this.#requests === 0) {
      this.#mustCancel = false;
      // A signal stays aborted for good; whoever asks from now on gets another.
      this.#controller = undefined;
    }
    return this.#requests;
  }

  /** @internal Delivers the last request once more: what it was raised in was a part of this, and has ended otherwise. */
  recancel(): void {
    if (this.#requests > 0 && !this.done() && !this.cancelWait(this.#message))
      this.#mustCancel = true;
  }

  override result(): T {
    if (this.#cancellation !== undefined) throw this.#cancellation;
    return super.result();
  }

  override exception(): unknown {
    if (this.#cancellation !== undefined) throw this.#cancellation;
    return super.exception();
  }

  /** @throws InvalidStateError always: the result comes from the code */
  override setResult(_value: T): never {
    throw new InvalidStateError(
      `Cannot setResult on ${this.name}: its result is what its body returns`,
    );
  }

  /** @throws InvalidStateError always: the exception comes from the code */
  override setException(_error: unknown): never {
    throw new InvalidStateError(
      `Cannot setException on ${this.name}; to stop it from outside, cancel it`,
    );
  }

  /** The undelivered request, as what to raise now; it counts as delivered. */
  protected takeCancellation(): CancelledError | undefined {
    if (!this.#mustCancel) return undefined;
    this.#mustCancel = false;
    return new CancelledError(this.#message);
  }

  /** Whether a wait that begins has to be cancelled on the spot, with `cancelMessage`. */
  protected get cancelPending(): boolean {
    return this.#mustCancel;
  }

  protected get cancelMessage(): string | undefined {
    return this.#message;
  }

  /** A pending request has reached what is waited for. */
  protected cancelDelivered(): void {
    this.#mustCancel = false;
  }

  /** The code has returned. */
  protected returned(value: T): void {
    // Cancelled in its very last step: nothing is left to raise that in.
    if (this.#mustCancel) super.cancel(this.#message);
    else super.setResult(value);
  }

  /** The code has ended with an error. */
  protected failed(error: unknown): void {
    if (error instanceof CancelledError) {
      this.#cancellation = error;
      super.cancel(error.message);
    } else {
      super.setException(error);
    }
  }
}
