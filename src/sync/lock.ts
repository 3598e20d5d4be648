import { type Owner, runningOwner } from '../kernel/index.ts';
import { InvalidStateError } from '../errors/index.ts';
import { WaitQueue } from '../future/index.ts';
import { forCaller, operation, type Operation } from '../task/index.ts';
import { Hold } from './hold.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * Only one at a time holds it; the others wait, first come, first served. It has no owner and is not re-entrant:
 * whoever holds it and acquires it again waits for itself. Semantics: asyncio's `Lock`.
 *
 * Invariants:
 * - If it is free and somebody waits, one of them has been woken and is about to take it, or one that gave up stands
 *   before them, and wakes the next when its code goes on.
 * - While somebody waits, nobody else gets it: newcomers queue up, though it is free.
 *
 * @example
 * const lock = new Lock()
 * await lock.acquire() // in a greenlet: wait(lock.acquire())
 * try {
 *   …
 * } finally {
 *   lock.release()
 * }
 */
export class Lock {
  #locked = false;
  /** Who took it, for the report of a deadlock: anybody may release it. */
  #holder: Owner | undefined;
  readonly #waiters: WaitQueue = new WaitQueue('a lock', () => this.#wakeFirst(), {
    holder: () => this.#holder,
    inTurn: true,
  });

  locked(): boolean {
    return this.#locked;
  }

  /** Waits until it is free, and takes it. Does not yield to others if it is free. Its result is `true`. */
  acquire(options?: SignalOptions): Operation<true> {
    return forCaller(Lock.#acquire.call(this, options?.signal));
  }

  /** As `acquire`, for `using`: what it results in releases the lock at the end of the block. */
  hold(options?: SignalOptions): Operation<Hold> {
    return forCaller(Lock.#hold.call(this, options?.signal));
  }

  /**
   * Frees it. Whoever has waited longest gets it, in a later turn.
   *
   * @throws InvalidStateError if it is free
   */
  release(): void {
    if (!this.#locked)
      throw new InvalidStateError('Cannot release a lock that nobody holds; acquire it first');
    this.#locked = false;
    this.#holder = undefined;
    this.#wakeFirst();
  }

  #wakeFirst(): void {
    if (!this.#locked && !this.#waiters.anyWoken) this.#waiters.wakeOne();
  }

  static readonly #acquire = operation(function* (this: Lock, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    if (this.#locked || !this.#waiters.idle) yield* this.#waiters.wait(signal);
    this.#locked = true;
    this.#holder = runningOwner();
    return true as const;
  });

  static readonly #hold = operation(function* (this: Lock, signal: AbortSignal | undefined) {
    yield* Lock.#acquire.call(this, signal);
    return new Hold(this);
  });
}
