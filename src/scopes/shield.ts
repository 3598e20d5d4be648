import { onAbort, type WaitReason } from '../kernel/index.ts';
import { currentHost, ensureFuture, type TaskBody, type TaskHost } from '../task/index.ts';
import { Future, futureAddToAwaitedBy, futureDiscardFromAwaitedBy } from '../future/index.ts';

export interface ShieldOptions {
  /** Ends the wait, but not what is shielded, when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A future of the same result whose cancellation stops here: what it stands for goes on. If that is cancelled
 * itself, so is this. What is no future yet becomes a task; keep it yourself if you want to hear of it, because
 * when the wait for it has been cancelled and it fails later, the error goes to the exception handler of the event
 * loop. asyncio's `shield`.
 *
 * @example
 * const saving = createTask(save)
 * await shield(saving) // cancelled, or aborted: the file is complete all the same
 */
export function shield<T>(awaitable: TaskBody<T>, options: ShieldOptions = {}): Future<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  const inner = ensureFuture(awaitable);
  return inner.done() ? inner : new Shield(inner, signal);
}

class Shield<T> extends Future<T> {
  readonly #inner: Future<T>;
  readonly #signal: AbortSignal | undefined;
  #release: (() => void) | undefined;
  /** Where a failure is reported that nobody waits for any more. */
  readonly #host: TaskHost | undefined = currentHost();

  constructor(inner: Future<T>, signal: AbortSignal | undefined) {
    super(inner.loop);
    this.#inner = inner;
    this.#signal = signal;
    inner.addDoneCallback(this.#onInnerDone);
    futureAddToAwaitedBy(inner, this);
    this.#release = onAbort(signal, this.#onAbort);
  }

  override get waitReason(): WaitReason {
    return this.#inner.waitReason;
  }

  override standsFor(): readonly Future[] {
    return [this.#inner];
  }

  override cancel(message?: string): boolean {
    if (!super.cancel(message)) return false;
    this.#abandon();
    return true;
  }

  readonly #onInnerDone = (inner: Future<T>): void => {
    futureDiscardFromAwaitedBy(inner, this);
    // Cancelled when the news was under way: it is reported if need be.
    if (this.done()) return;
    this.#release?.();
    // Not by `result()`: the inner one's error, with its message, is for whoever asks that itself.
    if (inner.cancelled()) {
      super.cancel();
      return;
    }
    try {
      this.setResult(inner.result());
    } catch (error) {
      this.setException(error);
    }
  };

  readonly #onAbort = (): void => {
    this.#abandon();
    this.setException(this.#signal?.reason);
  };

  /** Nobody waits any more: what fails from now on would be seen by no one. */
  #abandon(): void {
    this.#release?.();
    this.#inner.removeDoneCallback(this.#onInnerDone);
    futureDiscardFromAwaitedBy(this.#inner, this);
    reportFailureOf(this.#inner, this.#host);
  }
}

/** Those that a failure is to be reported of, each once, however many have given up waiting for it. */
const watched = new WeakSet<Future>();

function reportFailureOf(inner: Future, host: TaskHost | undefined): void {
  if (watched.has(inner)) return;
  watched.add(inner);
  inner.addDoneCallback(() => {
    if (inner.cancelled()) return;
    try {
      inner.result();
    } catch (exception) {
      const failure = { message: 'Exception in a shielded future', exception, future: inner };
      if (host === undefined) console.error(failure.message, exception);
      else host.callExceptionHandler(failure);
    }
  });
}
