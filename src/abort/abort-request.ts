import { onAbort } from '../kernel/index.ts';
import { CancelledError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { Cancellable } from '../task/index.ts';

const forSignals = new WeakMap<Future, number>();

/** How often `future` was cancelled for a signal. */
export function cancelledForSignals(future: Future): number {
  return forSignals.get(future) ?? 0;
}

/** Cancels `future` when `signal` is aborted, for whoever waits for it outside of tasks. */
export class AbortRequest<T> {
  readonly #future: Future<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #release: () => void;
  #made = false;

  constructor(future: Future<T>, signal: AbortSignal | undefined) {
    this.#future = future;
    this.#signal = signal;
    this.#release = onAbort(signal, this.#abort);
  }

  /**
   * The outcome of `running`, the wait for the future, which is over then. A CancelledError that this asked for, and
   * nobody else but other signals did, becomes the reason of the signal.
   */
  async over(running: Promise<T>): Promise<T> {
    try {
      return await running;
    } catch (error) {
      if (this.#made && error instanceof CancelledError && !this.#othersAsk())
        throw this.#signal?.reason;
      throw error;
    } finally {
      this.#release();
    }
  }

  readonly #abort = (): void => {
    this.#made = this.#future.cancel();
    if (this.#made) forSignals.set(this.#future, cancelledForSignals(this.#future) + 1);
  };

  #othersAsk(): boolean {
    const future = this.#future;
    return future instanceof Cancellable && future.cancelling() > cancelledForSignals(future);
  }
}
