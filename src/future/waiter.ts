import { onAbort, type WaitReason } from '../kernel/index.ts';
import { Future } from './future.ts';
import type { WaitQueue } from './wait-queue.ts';

/** In the queue, pending. */
export const WAITING = 0;
/** Woken by the queue. */
export const WOKEN = 1;
/** Cancelled or aborted: it left before it was woken. */
export const GONE = 2;

/**
 * An entry of a WaitQueue: a future that knows its neighbours there, so that it can leave from anywhere at once.
 * Made by `wait()`, settled by `wakeOne()` and `wakeAll()`; anybody may cancel it.
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

  override get waitReason(): WaitReason {
    return this.queue.waitReason;
  }

  override cancel(message?: string): boolean {
    if (this.state === WAITING) this.queue.takeOut(this, GONE);
    return super.cancel(message);
  }

  /** Takes it out of the queue with an error, which whoever waits gets to see. */
  fail(error: unknown): void {
    if (this.state !== WAITING) return;
    this.queue.takeOut(this, GONE);
    this.setException(error);
    // If nobody waits any more, the error is of no interest.
    this.exception();
  }

  /** Called when whoever waits goes on. */
  end(): void {}
}

/**
 * A waiter that gives up when a signal is aborted. It fails with the signal's reason: were it cancelled, and the error
 * translated where it is raised, a cancellation of the task in the same turn could not be told from it.
 */
export class AbortableWaiter<T> extends Waiter<T> {
  readonly #release: () => void;

  constructor(queue: WaitQueue<T>, signal: AbortSignal) {
    super(queue);
    this.#release = onAbort(signal, () => this.fail(signal.reason));
  }

  override end(): void {
    this.#release();
  }
}
