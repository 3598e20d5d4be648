import { CancelledError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';
import { PromptFuture } from './prompt-future.ts';

/** From so many awaited futures on, those that are done are cleared out. */
const PRUNE_FROM = 16;

/**
 * An async function, or any promise, as the one thing a task waits for.
 *
 * V8 decides when an async function goes on, so nothing can be thrown into it from outside. What can be
 * done is to cancel what it awaits: that `await` then raises the CancelledError. So the futures that are
 * awaited in the task's async context are noted here (see await-tracking.ts).
 */
export class AsyncCall<T> extends PromptFuture<T> {
  /** Whether the function was called by the task, so that what is awaited in the task's context belongs to it. */
  readonly #owned: boolean;
  /** What is awaited; more than one only if the function does several things at once. Done ones may linger. */
  #awaited: Future | Set<Future> | undefined;
  #pruneAt = PRUNE_FROM;
  #cancelNext = false;
  #message: string | undefined;

  constructor(owned: boolean, loop: Loop) {
    super(loop);
    this.#owned = owned;
  }

  /** Ends as `promise` does. */
  follow(promise: PromiseLike<T>): void {
    promise.then(
      (value) => this.#settle(() => this.#returned(value)),
      (error: unknown) => this.#settle(() => this.setException(error)),
    );
  }

  /** Called when the function awaits a future that is pending. */
  note(future: Future): void {
    if (this.#cancelNext && future.cancel(this.#message)) {
      this.#cancelNext = false;
      return;
    }
    const awaited = this.#awaited;
    if (awaited === undefined || (awaited instanceof Future && awaited.done()))
      this.#awaited = future;
    else if (awaited instanceof Future) this.#awaited = new Set([awaited, future]);
    else this.#add(awaited, future);
  }

  /**
   * Cancels what the function awaits; if that is nothing of ours (a foreign promise, say), the next future
   * that it awaits. A promise that the task did not start is left to itself, and the wait ends at once.
   */
  override cancel(message?: string): boolean {
    if (!this.#owned || this.done()) return super.cancel(message);
    let reached = false;
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (awaited instanceof Future) reached = awaited.cancel(message);
    else if (awaited !== undefined)
      for (const future of awaited) reached = future.cancel(message) || reached;
    this.#cancelNext = !reached;
    this.#message = message;
    return true;
  }

  /** Forgets a cancellation that has not reached the function yet. */
  forgetCancel(): void {
    this.#cancelNext = false;
  }

  #add(awaited: Set<Future>, future: Future): void {
    awaited.add(future);
    if (awaited.size < this.#pruneAt) return;
    for (const one of awaited) if (one.done()) awaited.delete(one);
    this.#pruneAt = Math.max(PRUNE_FROM, awaited.size * 2);
  }

  #settle(complete: () => void): void {
    // The function's end is part of its last step, so the task ends here and now, not a turn later.
    if (!this.done()) this.promptly(complete);
  }

  #returned(value: T): void {
    if (this.#cancelNext) this.setException(new CancelledError(this.#message));
    else this.setResult(value);
  }
}
