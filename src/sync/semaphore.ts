import { type Owner, runningOwner } from '../kernel/index.ts';
import { checkInteger } from '../errors/index.ts';
import { WaitQueue } from '../future/index.ts';
import { forCaller, operation, type Operation } from '../task/index.ts';
import { Hold } from './hold.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * A number of places: `acquire` takes one, and waits if there is none, first come, first served; `release` gives
 * one back. Semantics: asyncio's `Semaphore`.
 *
 * Invariants:
 * - Whoever is called has its place already: it was taken off `value` at the call. If it cannot use it, it gives
 *   it back.
 * - If there is a place and somebody waits, somebody has been called and will, when it goes on, call the next.
 *   Until then newcomers queue up though there is a place.
 *
 * @example
 * const places = new Semaphore(10) // ten requests at a time
 * await places.acquire()
 * try {
 *   await fetch(url)
 * } finally {
 *   places.release()
 * }
 */
export class Semaphore {
  #value: number;
  /** Who took the last place, unless it gave one back, for the report of a deadlock: anybody may give it back. */
  #holder: Owner | undefined;
  readonly #waiters = new WaitQueue('a semaphore', () => this.#value++, {
    holder: () => this.#holder,
  });

  /** @throws InvalidArgumentError if `value` is not a whole number from 0 up */
  constructor(value: number = 1) {
    this.#value = checkInteger(value, 'value', 0);
  }

  /** How many places are free. */
  get value(): number {
    return this.#value;
  }

  /** Whether `acquire` would wait: there is no place, or others have to go first. */
  locked(): boolean {
    return this.#value === 0 || !this.#waiters.idle;
  }

  /** Takes a place, or waits for one. Does not yield to others if `locked()` is false. Its result is `true`. */
  acquire(options?: SignalOptions): Operation<true> {
    return forCaller(Semaphore.#acquire.call(this, options?.signal));
  }

  /** As `acquire`, for `using`: what it results in gives the place back at the end of the block. */
  hold(options?: SignalOptions): Operation<Hold> {
    return forCaller(Semaphore.#hold.call(this, options?.signal));
  }

  /** Gives a place back, or adds one. */
  release(): void {
    if (this.#holder !== undefined && this.#holder === runningOwner()) this.#holder = undefined;
    this.#value++;
    this.#callOne();
  }

  #callOne(): boolean {
    if (!this.#waiters.wakeOne()) return false;
    this.#value--;
    return true;
  }

  static readonly #acquire = operation(function* (
    this: Semaphore,
    signal: AbortSignal | undefined,
  ) {
    signal?.throwIfAborted();
    if (!this.locked()) {
      this.#value--;
      this.#holder = runningOwner();
      return true as const;
    }
    try {
      yield* this.#waiters.wait(signal);
    } finally {
      while (this.#value > 0 && this.#callOne());
    }
    this.#holder = runningOwner();
    return true as const;
  });

  static readonly #hold = operation(function* (this: Semaphore, signal: AbortSignal | undefined) {
    yield* Semaphore.#acquire.call(this, signal);
    return new Hold(this);
  });
}
