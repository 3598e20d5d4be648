import { Future } from './future.ts';
import type { WaitQueue } from './wait-queue.ts';

/** In the queue, pending. */
export const WAITING = 0;
/** Woken by the queue. */
export const CALLED = 1;
/** Cancelled or aborted: it left before it was called. */
export const GONE = 2;

/**
 * One who waits in a WaitQueue: a future that knows its neighbours there, so that it can leave from anywhere at once.
 * Made by `join()`, settled by `wakeOne()` and `wakeAll()`; anybody may cancel it.
 */
export class Waiter<T = void> extends Future<T> {
  declare readonly queue: WaitQueue<T>;
  /** One of the three above. */
  declare state: number;
  declare before: Waiter<T> | undefined;
  declare after: Waiter<T> | undefined;

  constructor(queue: WaitQueue<T>) {
    super();
    this.queue = queue;
    this.state = WAITING;
    this.before = undefined;
    this.after = undefined;
  }

  override get waitReason(): string {
    return this.queue.waitReason;
  }

  override cancel(message?: string): boolean {
    if (this.state === WAITING) this.queue.unlink(this, GONE);
    return super.cancel(message);
  }

  /** Called when whoever waits goes on. */
  end(): void {}
}

/**
 * A waiter that gives up when a signal is aborted. It fails with the signal's reason: were it cancelled, and the error
 * translated where it is raised, a cancellation of the task in the same turn could not be told from it.
 */
export class AbortableWaiter<T> extends Waiter<T> {
  readonly #signal: AbortSignal;

  constructor(queue: WaitQueue<T>, signal: AbortSignal) {
    super(queue);
    this.#signal = signal;
    signal.addEventListener('abort', this);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    if (this.state !== WAITING) return;
    this.queue.unlink(this, GONE);
    this.setException(this.#signal.reason);
    // Whoever waits gets to see it; if there is nobody any more, it is of no interest.
    this.exception();
  }

  override end(): void {
    this.#signal.removeEventListener('abort', this);
  }
}
