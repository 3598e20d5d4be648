import { CancelledError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { Cancellable } from '../task/index.ts';

/** Cancels `future` when `signal` is aborted, for whoever waits for it outside of tasks. */
export class AbortRequest<T> {
  readonly #future: Future<T>;
  readonly #signal: AbortSignal | undefined;
  #made = false;

  constructor(future: Future<T>, signal: AbortSignal | undefined) {
    this.#future = future;
    this.#signal = signal;
    signal?.addEventListener('abort', this);
  }

  handleEvent(): void {
    this.#made = this.#future.cancel();
  }

  release(): void {
    this.#signal?.removeEventListener('abort', this);
  }

  /**
   * The result of the future, which is done, or what it failed with: if that is the CancelledError that this asked for,
   * and nobody else did, the reason of the signal.
   */
  result(): T {
    try {
      return this.#future.result();
    } catch (error) {
      if (this.#made && error instanceof CancelledError && !this.#othersAsk())
        throw this.#signal?.reason;
      throw error;
    }
  }

  #othersAsk(): boolean {
    return this.#future instanceof Cancellable && this.#future.uncancel() > 0;
  }
}
