import { onAbort, type WaitReason } from '../kernel/index.ts';
import { Future } from '../future/index.ts';

/** `future`, given up when `signal` is aborted: it is cancelled, and what this returns fails with the signal's reason. */
export function abortableFuture<T>(future: Future<T>, signal: AbortSignal | undefined): Future<T> {
  return signal === undefined ? future : new AbortableFuture(future, signal);
}

class AbortableFuture<T> extends Future<T> {
  readonly #inner: Future<T>;
  readonly #signal: AbortSignal;
  readonly #release: () => void;

  constructor(inner: Future<T>, signal: AbortSignal) {
    super(inner.loop);
    this.#inner = inner;
    this.#signal = signal;
    inner.addDoneCallback(() => this.#innerEnded());
    this.#release = onAbort(signal, this.#abort);
  }

  override cancel(message?: string): boolean {
    if (!super.cancel(message)) return false;
    this.#inner.cancel(message);
    return true;
  }

  override get waitReason(): WaitReason {
    return this.#inner.waitReason;
  }

  override standsFor(): readonly Future[] {
    return [this.#inner];
  }

  /** A result that is there already wins, though the news of it is still under way. */
  readonly #abort = (): void => {
    if (!this.done() && this.#inner.cancel()) this.setException(this.#signal.reason);
  };

  #innerEnded(): void {
    this.#release();
    try {
      const result = this.#inner.result();
      if (!this.done()) this.setResult(result);
    } catch (error) {
      if (this.done()) return;
      if (this.#inner.cancelled()) super.cancel((error as Error).message);
      else this.setException(error);
    }
  }
}
