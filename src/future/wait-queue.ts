import type { Owner, WaitReason } from '../kernel/index.ts';
import type { Future } from './future.ts';
import { FutureIterator } from './future-iterator.ts';
import { AbortableWaiter, type GONE, Waiter, WAITING, WOKEN } from './waiter.ts';

export interface WaitQueueOptions {
  /** Whose move it is, for reports: the owner of a lock. */
  readonly holder?: () => Owner | undefined;
  /**
   * A waiter that gave up keeps its place until its code goes on; that calls `passOn`. So its code comes before that of
   * the next, also if it gave up in the turn of a release. (The way of asyncio's locks.)
   */
  readonly inTurn?: boolean;
}

/**
 * Those who wait at a primitive, first in, first out. Whoever waits does so with
 *
 *     yield* queue.wait(signal)
 *
 * and the queue looks after the rest, whatever ends the wait.
 *
 * Invariants:
 * - All in the queue are pending. To be woken, cancelled or aborted takes a waiter out on the spot, in constant time.
 *   So `size` is exact, and no waiter that gave up is ever woken. A queue of one (`inTurn`) keeps the place of a waiter
 *   that gave up until its code goes on: `size` does not count it, and nobody behind it is woken.
 * - `#woken` counts those that were woken and have not gone on yet. Where nobody may overtake, a newcomer has to wait
 *   until there are none (`idle`).
 * - A wake-up is never lost: if whoever was woken leaves with an error, the queue calls `passOn`.
 *
 * A list of linked waiters and not an array that drops the dead now and then: with a hundred thousand waits that
 * time out, either the removal from the array is linear, or the dead stay until somebody comes. And not bound to a
 * loop, as asyncio's primitives are: all loops that can see the queue are of this thread, and each waiter is woken on
 * its own.
 */
export class WaitQueue<T = void> {
  /** What those in it wait for, in reports: `a lock`. */
  readonly waitReason: WaitReason;
  /** What a wake-up is worth to others, if whoever got it cannot use it. */
  readonly #passOn: (() => void) | undefined;
  readonly #holder: (() => Owner | undefined) | undefined;
  readonly #inTurn: boolean;
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;
  #size: number;
  #woken: number;

  constructor(
    waitReason: WaitReason,
    passOn?: () => void,
    { holder, inTurn = false }: WaitQueueOptions = {},
  ) {
    this.waitReason = waitReason;
    this.#passOn = passOn;
    this.#holder = holder;
    this.#inTurn = inTurn;
    this.#first = undefined;
    this.#last = undefined;
    this.#size = 0;
    this.#woken = 0;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Who could end the waits, if that is known. */
  get holder(): Owner | undefined {
    return this.#holder?.();
  }

  /** Whether nobody waits, and nobody is about to go on: a newcomer overtakes nobody. */
  get idle(): boolean {
    return this.#size === 0 && this.#woken === 0;
  }

  /** Whether somebody was woken and has not gone on yet. */
  get anyWoken(): boolean {
    return this.#woken > 0;
  }

  /**
   * Waits behind all others until the queue wakes it; the result is the value that it is woken with. Aborting `signal`
   * ends the wait with its reason. For `yield*`, once, at once.
   */
  wait(signal?: AbortSignal): Generator<Future, T, unknown> {
    return new QueuedWait<T>(this.join(signal)) as unknown as Generator<Future, T, unknown>;
  }

  /** @internal A new waiter, behind all others. To be given to `left` once its wait is over. */
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

  /** Gives `value` to the one that has waited longest. False if nobody waits, or one that gave up stands before it. */
  wakeOne(value: T): boolean {
    const waiter = this.#first;
    if (waiter === undefined || waiter.state !== WAITING) return false;
    this.takeOut(waiter, WOKEN);
    this.#woken++;
    waiter.setResult(value);
    return true;
  }

  /** Gives `value` to all who wait now; returns how many. */
  wakeAll(value: T): number {
    let count = 0;
    while (this.wakeOne(value)) count++;
    return count;
  }

  /** Ends all waits with `error`. */
  failAll(error: unknown): void {
    while (this.#first !== undefined) this.#first.fail(error);
  }

  /** @internal A waiter is none any more, wherever it stands. */
  takeOut(waiter: Waiter<T>, state: typeof WOKEN | typeof GONE): void {
    waiter.state = state;
    this.#size--;
    if (state === WOKEN || !this.#inTurn) this.#unlink(waiter);
  }

  #unlink(waiter: Waiter<T>): void {
    const { before, after } = waiter;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // A future may outlive its wait; its neighbours must not be kept by it.
    waiter.before = undefined;
    waiter.after = undefined;
  }

  /** @internal The end of a wait, in whatever way it ended; `used`: whoever waited goes on with what it was given. */
  left(waiter: Waiter<T>, used: boolean): void {
    waiter.end();
    // Still waiting if it was thrown out of its wait, as a killed greenlet is.
    if (waiter.state === WAITING) waiter.cancel();
    if (waiter.state === WOKEN) {
      this.#woken--;
      if (used) return;
    } else {
      if (!this.#inTurn) return;
      this.#unlink(waiter);
    }
    this.#passOn?.();
  }

  #make(signal: AbortSignal | undefined): Waiter<T> {
    if (signal === undefined) return new Waiter<T>(this);
    signal.throwIfAborted();
    return new AbortableWaiter<T>(this, signal);
  }
}

/** What `yield* queue.wait()` runs: written out, because a generator per wait costs several times as much. */
class QueuedWait<T> extends FutureIterator<T> {
  override next(): IteratorResult<Future<T>, T> {
    if (!this.value.done()) return super.next();
    const waiter = this.value as Waiter<T>;
    waiter.queue.left(waiter, true);
    return super.next();
  }

  override throw(error: unknown): IteratorResult<Future<T>, T> {
    const waiter = this.value as Waiter<T>;
    waiter.queue.left(waiter, false);
    return super.throw(error);
  }

  override return(...values: [value: T] | []): IteratorResult<Future<T>, T> {
    const waiter = this.value as Waiter<T>;
    waiter.queue.left(waiter, false);
    return super.return(...values);
  }
}
