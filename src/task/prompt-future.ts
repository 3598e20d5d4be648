import { Future } from '../future/index.ts';
import type { Handle } from '../loop/index.ts';

/**
 * A future that is completed in a turn of its own (by a handle, or when a promise settles), so that its
 * first waiter may go on in that same turn: another trip through the ready queue would make one wait out of two.
 */
export class PromptFuture<T> extends Future<T> {
  #prompt: Handle | undefined;

  override addWaiter(handle: Handle): void {
    if (this.#prompt !== undefined || this.done()) super.addWaiter(handle);
    else this.#prompt = handle;
  }

  override removeWaiter(handle: Handle): boolean {
    if (this.#prompt !== handle) return super.removeWaiter(handle);
    this.#prompt = undefined;
    return true;
  }

  override setResult(value: T): void {
    super.setResult(value);
    this.#enqueue();
  }

  override setException(error: unknown): void {
    super.setException(error);
    this.#enqueue();
  }

  override cancel(message?: string): boolean {
    if (!super.cancel(message)) return false;
    this.#enqueue();
    return true;
  }

  /** Completes the future by calling `complete`, then lets the first waiter go on. Only for the top of a turn. */
  protected promptly(complete: () => void): void {
    const handle = this.#prompt;
    this.#prompt = undefined;
    complete();
    if (handle !== undefined && !handle.cancelled) handle.run();
  }

  #enqueue(): void {
    const handle = this.#prompt;
    if (handle === undefined) return;
    this.#prompt = undefined;
    this.loop.enqueue(handle);
  }
}
