import { checkInteger } from '../errors/index.ts';
import { type Future, WaitQueue } from '../future/index.ts';
import { forCaller, operation, type Operation } from '../task/index.ts';
import { BrokenBarrierError } from './broken-barrier-error.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * `filling`: those who come wait inside. `draining`: all parties were there; they leave, and whoever comes waits
 * outside. `resetting`: those inside leave with an error. `broken`: nobody gets in.
 */
type State = 'filling' | 'draining' | 'resetting' | 'broken';

/**
 * Where a number of parties wait for each other: when the last one comes, all go on. Then it can be used again.
 * Semantics: asyncio's `Barrier`, as of Python 3.13.
 *
 * asyncio builds it on a Condition, whose lock is never held across a turn; without one, `reset` and `abort` need
 * not wait, and are plain calls. The rest of the condition is kept: all wait for one thing, that the state changes,
 * inside and outside alike, and look again when they are called. As there, one who leaves with an error calls the
 * one that has waited longest, who then waits again behind the others.
 *
 * As in asyncio, whoever came counts until it has left: one who was cancelled, but has not run yet, helps to open it.
 * And the number is how many were there on arrival: if somebody gave up meanwhile, two may get the same. Only the
 * last, `parties - 1`, is given out once each time.
 *
 * Invariants:
 * - `count` have come and not left. While it is `filling` they are fewer than `parties`.
 * - Whoever leaves last makes it `filling` again, unless it is `broken`.
 * - Whatever changes the state calls all who wait, so nobody waits for a change that has been.
 *
 * @example
 * const barrier = new Barrier(3)
 * const index = await barrier.wait() // when three have come; the last of them gets 2
 */
export class Barrier {
  readonly #parties: number;
  #state: State = 'filling';
  #count = 0;
  readonly #waiters = new WaitQueue('the others at a barrier');

  /** @throws InvalidArgumentError if `parties` is not a whole number from 1 up */
  constructor(parties: number) {
    this.#parties = checkInteger(parties, 'parties', 1);
  }

  /** How many have to come. */
  get parties(): number {
    return this.#parties;
  }

  /** How many have come, while the others are waited for. */
  get nWaiting(): number {
    return this.#state === 'filling' ? this.#count : 0;
  }

  /** Whether it was aborted. */
  get broken(): boolean {
    return this.#state === 'broken';
  }

  /**
   * Waits until `parties` have come; results in a number from 0 to `parties - 1`, how many came before. One who was
   * cancelled counts until it has left.
   *
   * @throws BrokenBarrierError if the barrier is aborted, or reset meanwhile
   */
  wait(options?: SignalOptions): Operation<number> {
    return forCaller(Barrier.#wait.call(this, options?.signal));
  }

  /** Makes it as new. Those who wait get a BrokenBarrierError. */
  reset(): void {
    this.#become(this.#count > 0 ? 'resetting' : 'filling');
  }

  /** Breaks it, until it is reset. Those who wait, and all who come, get a BrokenBarrierError. */
  abort(): void {
    this.#become('broken');
  }

  #become(state: State): void {
    this.#state = state;
    this.#waiters.wakeAll();
  }

  get #closed(): boolean {
    return this.#state === 'draining' || this.#state === 'resetting';
  }

  static readonly #wait = operation(function* (this: Barrier, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    while (this.#closed) yield* this.#waitForCall(signal);
    if (this.#state === 'broken') throw new BrokenBarrierError('The barrier was aborted');
    const index = this.#count++;
    try {
      if (index + 1 === this.#parties) this.#become('draining');
      else yield* this.#waitInside(signal);
      return index;
    } finally {
      this.#count--;
      if (this.#count === 0) this.#become(this.#closed ? 'filling' : this.#state);
    }
  });

  *#waitInside(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    while (this.#state === 'filling') yield* this.#waitForCall(signal);
    // What counts is how things stand when it goes on: it may have been aborted since it opened.
    const state: State = this.#state;
    if (state === 'broken' || state === 'resetting')
      throw new BrokenBarrierError(`The barrier was ${state === 'broken' ? 'aborted' : 'reset'}`);
  }

  *#waitForCall(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    let goesOn = false;
    try {
      yield* this.#waiters.wait(signal);
      goesOn = true;
    } finally {
      if (!goesOn) this.#waiters.wakeOne();
    }
  }
}
