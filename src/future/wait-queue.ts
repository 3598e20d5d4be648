import { AbortableWaiter, CALLED, type GONE, WAITING, Waiter } from './waiter.ts';

/**
 * Those who wait at a primitive, first in, first out. Whoever waits does it like this, whatever ends the wait:
 *
 *     const waiter = queue.join(signal)
 *     try {
 *       yield waiter
 *     } finally {
 *       queue.leave(waiter)
 *     }
 *
 * Invariants:
 * - All in the queue are pending. To be woken, cancelled or aborted takes a waiter out on the spot, in constant time.
 *   So `size` is exact, and nobody who gave up is ever woken.
 * - `#called` counts those who were woken and have not left yet: a wake-up is under way to each of them. Where nobody
 *   may overtake, a newcomer has to wait until they are all gone (`idle`); and one who leaves with an error, though it
 *   was called, has to pass its wake-up on.
 *
 * A list of linked waiters and not an array that drops the dead now and then: with a hundred thousand waits that
 * time out, either the removal from the array is linear, or the dead stay until somebody comes. And not bound to a
 * loop, as asyncio's primitives are: all loops that can see the queue are of this thread, and each waiter is woken on
 * its own.
 */
export class WaitQueue<T = void> {
  /** What those in it wait for, in reports: `a lock`. */
  readonly waitReason: string;
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;
  #size: number;
  #called: number;

  constructor(waitReason: string) {
    this.waitReason = waitReason;
    this.#first = undefined;
    this.#last = undefined;
    this.#size = 0;
    this.#called = 0;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether nobody waits, and nobody is about to go on: a newcomer overtakes nobody. */
  get idle(): boolean {
    return this.#size === 0 && this.#called === 0;
  }

  /** A new waiter, behind all others, that fails with the signal's reason when it is aborted. */
  join(signal?: AbortSignal): Waiter<T> {
    const waiter = this.#make(signal);
    const last = this.#last;
    waiter.before = last;
    if (last === undefined) this.#first = waiter;
    else last.after = waiter;
    this.#last = waiter;
    this.#size++;
    return waiter;
  }

  /** The end of the wait, in whatever way it ended. Returns whether it had been called. To be called once. */
  leave(waiter: Waiter<T>): boolean {
    waiter.end();
    // Still waiting if it was thrown out of its wait, as a killed greenlet is.
    if (waiter.state === WAITING) waiter.cancel();
    if (waiter.state !== CALLED) return false;
    this.#called--;
    return true;
  }

  /** Gives `value` to the one that has waited longest. False if nobody waits. */
  wakeOne(value: T): boolean {
    const waiter = this.#first;
    if (waiter === undefined) return false;
    this.unlink(waiter, CALLED);
    this.#called++;
    waiter.setResult(value);
    return true;
  }

  /** Gives `value` to all who wait now; returns how many. */
  wakeAll(value: T): number {
    let count = 0;
    while (this.wakeOne(value)) count++;
    return count;
  }

  /** @internal Takes out a waiter wherever it stands. */
  unlink(waiter: Waiter<T>, state: typeof CALLED | typeof GONE): void {
    const { before, after } = waiter;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // A future may outlive its wait; its neighbours must not be kept by it.
    waiter.before = undefined;
    waiter.after = undefined;
    waiter.state = state;
    this.#size--;
  }

  #make(signal: AbortSignal | undefined): Waiter<T> {
    if (signal === undefined) return new Waiter<T>(this);
    signal.throwIfAborted();
    return new AbortableWaiter<T>(this, signal);
  }
}
