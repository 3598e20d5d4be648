/** How long handles may run, one after the other, before I/O gets a look in. */
export const TURN_BUDGET_MS = 1;

/** At most so many handles run between two looks at the clock. */
const LONGEST_STRIDE = 64;

/** At most so many looks per visit: a virtual clock stands still, and must not keep promises waiting for ever. */
const LOOKS_PER_VISIT = 64;

/**
 * Decides when a visit of the driver has lasted long enough, and how many handles to run before asking
 * again. That stride doubles while handles are quick and shrinks when they are slow, so that the clock
 * costs little and the budget is not overrun by much.
 */
export class Budget {
  #deadline = -Infinity;
  #lookedAt = 0;
  #looksLeft = 0;
  #stride = 1;

  /** A visit begins. Returns after how many handles to look first. */
  open(now: number): number {
    this.#deadline = now + TURN_BUDGET_MS;
    this.#lookedAt = now;
    this.#looksLeft = LOOKS_PER_VISIT;
    return this.#stride;
  }

  /** Returns after how many handles to look next, or 0 if the visit has to end. */
  look(now: number): number {
    const elapsed = now - this.#lookedAt;
    this.#lookedAt = now;
    if (elapsed > TURN_BUDGET_MS / 8) this.#stride = Math.max(1, this.#stride >> 2);
    else if (elapsed < TURN_BUDGET_MS / 32 && this.#stride < LONGEST_STRIDE) this.#stride <<= 1;
    return now >= this.#deadline || --this.#looksLeft < 0 ? 0 : this.#stride;
  }
}
