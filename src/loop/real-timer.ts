import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';

/** The longest delay that Node's timers take; they take a longer one for 1 ms. */
export const LONGEST_DELAY_MS: number = 2 ** 31 - 1;

/**
 * Calls `fn` after `ms` milliseconds of real time, however many those are; Infinity: never. For what is no business of a
 * loop, whose time may be virtual: the limits of child processes, of handshakes. It keeps the process alive. Returns
 * what takes it back.
 */
export function afterRealTime(ms: number, fn: () => void): () => void {
  if (ms === Infinity) return () => {};
  let left = ms;
  let timer = setTimeout(step, Math.min(left, LONGEST_DELAY_MS));
  function step(): void {
    left -= LONGEST_DELAY_MS;
    if (left <= 0) fn();
    else timer = setTimeout(step, Math.min(left, LONGEST_DELAY_MS));
  }
  return () => clearTimeout(timer);
}

/** Keeps the process alive until the returned function is called. */
export function keepProcessAlive(): () => void {
  const timer = setInterval(() => {}, LONGEST_DELAY_MS);
  return () => clearInterval(timer);
}
