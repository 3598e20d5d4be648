import type { Cancellable } from '../task/index.ts';
import type { Scope } from '../kernel/index.ts';

/**
 * One request to cancel a performer, made by what limits a stretch of its code, and taken back when that is left.
 * A CancelledError looks the same whoever asked for it; what tells is the count of requests. If it is back at what
 * it was at the beginning, nobody else wants the performer cancelled, and the error may be turned into another one.
 */
export class CancelRequest {
  readonly #performer: Cancellable;
  readonly #before: number;
  /** The innermost scope around the stretch. */
  readonly #scope: Scope | undefined;
  #pending = false;

  constructor(performer: Cancellable) {
    this.#performer = performer;
    this.#before = performer.cancelling();
    this.#scope = performer.scope;
  }

  /** Whether somebody else has asked since the beginning. */
  get othersAsk(): boolean {
    return this.#performer.cancelling() - (this.#pending ? 1 : 0) > this.#before;
  }

  /** Whether a scope around the stretch is cancelled: then its errors are the scope's. */
  get byScope(): boolean {
    return this.#scope?.cancelled === true;
  }

  /** Makes the request, once. False if it is made already, or the performer has ended. */
  make(message?: string): boolean {
    if (this.#pending || !this.#performer.cancel(message)) return false;
    this.#pending = true;
    return true;
  }

  /** Takes it back. True if it had been made and no other request has come since the beginning. */
  takeBack(): boolean {
    if (!this.#pending) return false;
    this.#pending = false;
    return this.#performer.withdraw(this.#before) <= this.#before && !this.byScope;
  }
}
