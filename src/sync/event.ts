import { WaitQueue } from '../future/index.ts';
import { forCaller, operation, type Operation } from '../task/index.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * A flag to wait for. Semantics: asyncio's `Event`.
 *
 * Invariant: nobody waits while it is set. All who wait when it becomes set are woken, even if it is cleared again
 * before they run.
 *
 * @example
 * const curtain = new Event()
 * createTask(function* () {
 *   yield* curtain.wait()
 *   console.log('up')
 * })
 * curtain.set()
 */
export class Event {
  #set = false;
  readonly #waiters = new WaitQueue('an event');

  isSet(): boolean {
    return this.#set;
  }

  /** Sets the flag and wakes all who wait, in the order in which they came. */
  set(): void {
    this.#set = true;
    this.#waiters.wakeAll();
  }

  /** From now on `wait` waits again. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is set. Does not yield to others if it is set. Its result is `true`. */
  wait(options?: SignalOptions): Operation<true> {
    return forCaller(Event.#wait.call(this, options?.signal));
  }

  static readonly #wait = operation(function* (this: Event, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    if (!this.#set) yield* this.#waiters.wait(signal);
    return true as const;
  });
}
