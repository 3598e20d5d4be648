import { checkInteger } from '../errors/index.ts';
import { type Future, WaitQueue } from '../future/index.ts';
import { type Operation, operation } from '../task/index.ts';
import { BrokenBarrierError } from './broken-barrier-error.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * `filling`: those who come wait inside. `draining`: all parties were there; they leave, and whoever comes waits
 * outside. `resetting`: those inside leave with an error. `broken`: nobody gets in.
 */
type State = 'filling' | 'draining' | 'resetting' | 'broken';

/**
 * Where a number of parties wait for each other: when the last one comes, all go on. Then it can be used again.
 * Semantics: asyncio's `Barrier`.
 *
 * asyncio builds it on a Condition, whose lock is never held across a turn; without one, `reset` and `abort` need
 * not wait, and are plain calls. What counts are those who wait at this moment: one who has been cancelled, but has
 * not run yet, does not help to open it. Newcomers do not overtake those who wait outside. And the numbers are given
 * out when it opens, not on arrival: so they are unique also if somebody gave up meanwhile.
 *
 * Invariants:
 * - Only while it is `filling` somebody waits inside, and they are fewer than `parties`.
 * - `count` are inside: they wait, or were woken, or cancelled, and are about to leave. Whoever leaves last makes it
 *   `filling` again, unless it is `broken`, and calls those who wait outside.
 * - Nobody waits outside while it is open (`filling`, or `broken`) unless others were called in before and are on
 *   their way; each of them calls the rest in when it gets there.
 *
 * @example
 * const barrier = new Barrier(3)
 * const index = await barrier.wait() // when three wait; one of them gets 0
 */
export class Barrier {
  readonly #parties: number;
  #state: State = 'filling';
  #count = 0;
  readonly #inside = new WaitQueue<number>('the others at a barrier');
  readonly #outside = new WaitQueue('a barrier that is not empty yet');

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
    return this.#inside.size;
  }

  /** Whether it was aborted. */
  get broken(): boolean {
    return this.#state === 'broken';
  }

  /**
   * Waits until `parties` wait; results in a number from 0 to `parties - 1`, a different one for each. One who is
   * cancelled is not counted any more.
   *
   * @throws BrokenBarrierError if the barrier is aborted, or reset meanwhile
   */
  wait(options?: SignalOptions): Operation<number> {
    return Barrier.#wait.call(this, options?.signal);
  }

  /** Makes it as new. Those who wait get a BrokenBarrierError. */
  reset(): void {
    if (this.#count > 0) this.#state = 'resetting';
    else this.#open();
    this.#inside.wakeAll(0);
  }

  /** Breaks it, until it is reset. Those who wait, and all who come, get a BrokenBarrierError. */
  abort(): void {
    this.#state = 'broken';
    this.#inside.wakeAll(0);
    this.#outside.wakeAll();
  }

  get #closed(): boolean {
    return this.#state === 'draining' || this.#state === 'resetting';
  }

  #open(): void {
    this.#state = 'filling';
    this.#outside.wakeAll();
  }

  #drain(): number {
    this.#state = 'draining';
    let index = 0;
    while (this.#inside.wakeOne(index)) index++;
    return index;
  }

  static readonly #wait = operation(function* (this: Barrier, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    if (this.#closed || (this.#state === 'filling' && !this.#outside.idle))
      yield* this.#waitOutside(signal);
    if (this.#state === 'broken') throw new BrokenBarrierError('The barrier was aborted');
    this.#count++;
    try {
      if (this.#inside.size + 1 === this.#parties) return this.#drain();
      return yield* this.#waitInside(signal);
    } finally {
      this.#count--;
      if (this.#count === 0 && this.#closed) this.#open();
    }
  });

  *#waitOutside(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    let waiter = this.#outside.join(signal);
    for (;;) {
      try {
        yield waiter;
        if (!this.#closed) return;
      } finally {
        this.#outside.leave(waiter);
        if (!this.#closed) this.#outside.wakeAll();
      }
      waiter = this.#outside.rejoin(waiter, signal);
    }
  }

  *#waitInside(signal: AbortSignal | undefined): Generator<Future, number, unknown> {
    const waiter = this.#inside.join(signal);
    try {
      yield waiter;
    } finally {
      this.#inside.leave(waiter);
    }
    // What counts is how things stand when it goes on: it may have been aborted since it opened.
    const state: State = this.#state;
    if (state === 'broken' || state === 'resetting')
      throw new BrokenBarrierError(`The barrier was ${state === 'broken' ? 'aborted' : 'reset'}`);
    return waiter.result();
  }
}
