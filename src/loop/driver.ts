/**
 * What a loop needs from the world: a clock, and someone who calls it. `NodeDriver` is the real one,
 * `VirtualDriver` the one for tests; the same suite runs over both.
 */
export interface Driver {
  /** The time in milliseconds, monotonic, from an arbitrary zero. */
  now(): number;
  /** Receives the function to call, once, before anything else. */
  start(run: () => void): void;
  /** Asks for one call soon, after I/O that is ready now has been looked at. Asking twice still gives one. */
  schedule(): void;
  /**
   * Asks for a call at `when` (in `now()` units), never earlier, in place of the one asked for before; null
   * asks for none. The process is to stay alive until then only if `keepsAlive`.
   */
  arm(when: number | null, keepsAlive: boolean): void;
}

/** Picks which of the handles left in a turn runs next; without one they run in the order they became ready. */
export interface Order {
  /** Returns a whole number from 0 to `count - 1`. */
  pick(count: number): number;
}
