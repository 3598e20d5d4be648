import { CancelledError, InvalidStateError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { LoopLike } from '../loop/index.ts';
import { CancelRequests } from './cancel-requests.ts';
import { Context, inheritedContext } from '../context/index.ts';
import { exitHook } from './exit-hook.ts';
import type { Scope, WaitReason } from '../kernel/index.ts';

/**
 * The Future of code that runs, and can be asked to end: what a Task and a spawned greenlet have in common.
 *
 * A request to cancel is delivered once: as a CancelledError, raised where the code waits, through the future it
 * waits for if there is one; or, while nothing can be reached, at its next wait. Semantics: asyncio's `Task`.
 */
export abstract class Cancellable<T = unknown> extends Future<T> {
  declare private _requests: CancelRequests | undefined;
  /** @internal The innermost scope that the code stands in. */
  declare scope: Scope | undefined;
  /** Made when somebody asks, if it would be empty. */
  declare private _context: Context | undefined;

  constructor(loop?: LoopLike, context?: Context) {
    super(loop);
    this._requests = undefined;
    this._context = context ?? inheritedContext();
    this.scope = undefined;
  }

  /** Shown in reports. */
  abstract name: string;

  override get waitReason(): WaitReason {
    return `the end of ${this.name}`;
  }

  /** The task at the root of the family that this one belongs to; undefined if it has none. */
  abstract readonly root: Cancellable | undefined;

  /** Cancels what the code waits for now. False if there is nothing that could be reached. */
  protected abstract cancelWait(message: string | undefined): boolean;

  /**
   * @internal A scope that the code stands in was cancelled: ends the wait that is under way. What has come already
   * wins, since the next wait ends, too; and no request is counted.
   */
  abstract interruptForScope(message: string | undefined): void;

  /** The context in which the code reads and sets context variables. (asyncio's `get_context`.) */
  get context(): Context {
    return (this._context ??= new Context());
  }

  /** Aborted when this is cancelled: for what it awaits that is no future, as in `fetch(url, { signal })`. */
  get signal(): AbortSignal {
    return (this._requests ??= new CancelRequests()).signal;
  }

  /**
   * Asks the code to end: a CancelledError is raised where it waits, or at its next step. It may clean up,
   * and may even refuse. What has not begun never runs. Returns false if it is done already.
   */
  override cancel(message?: string): boolean {
    if (this.done()) return super.cancel(message);
    const requests = (this._requests ??= new CancelRequests());
    requests.add(message);
    if (!this.cancelWait(message)) requests.postpone(message);
    return true;
  }

  /** How many requests to cancel have not been taken back. */
  cancelling(): number {
    return this._requests?.count ?? 0;
  }

  /** Takes one request back and returns how many are left; the last one also if it has not been delivered yet. */
  uncancel(): number {
    return this.withdraw(0);
  }

  /** @internal As `uncancel`, for one who knows that `others` requests were there, and delivered, before its own. */
  withdraw(others: number): number {
    return this._requests?.takeBack(others) ?? 0;
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

  /** Shares the requests to cancel `whole`, which this is a part of: what one of them takes back, the other takes back. */
  protected shareRequests(whole: Cancellable): void {
    this._requests = whole._requests ??= new CancelRequests();
  }

  /** @internal Cancels the wait that is under way, for a request that is counted already. False if nothing was reached. */
  deliverCancel(message: string | undefined): boolean {
    return this.cancelWait(message);
  }

  /** @internal The pending request, as the error to raise now; it counts as delivered. */
  takeCancellation(): CancelledError | undefined {
    const requests = this._requests;
    if (requests === undefined || !requests.pending) return undefined;
    requests.pending = false;
    return new CancelledError(requests.pendingMessage);
  }

  /** @internal Whether a wait that begins has to be cancelled on the spot, with `cancelMessage`. */
  get cancelPending(): boolean {
    return this._requests !== undefined && this._requests.pending;
  }

  /** @internal Of the request that is pending, or was the last to be. */
  override get cancelMessage(): string | undefined {
    return this.cancelled() ? super.cancelMessage : this._requests?.pendingMessage;
  }

  /** @internal A pending request has reached what is waited for. */
  cancelDelivered(): void {
    (this._requests as CancelRequests).pending = false;
  }

  /** The code has returned, as a part of what goes on: a request that is pending is not this one's end. */
  protected returnedInPart(value: T): void {
    this.scope?.leave(this);
    super.setResult(value);
  }

  /** The code has returned. */
  protected returned(value: T): void {
    this.scope?.leave(this);
    // Cancelled in its very last step: nothing is left to raise that in.
    if (this.cancelPending) super.cancel(this.cancelMessage);
    else super.setResult(value);
  }

  /** The code has ended with an error. */
  protected failed(error: unknown): void {
    this.scope?.leave(this);
    if (error instanceof CancelledError) {
      this.cancelledWith(error);
    } else {
      super.setException(error);
      exitHook?.(error, this);
    }
  }
}
