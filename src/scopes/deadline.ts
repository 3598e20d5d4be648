import { describe, InvalidArgumentError } from '../errors/index.ts';
import type { Loop } from '../loop/index.ts';

/**
 * The time on the loop's clock that is `ms` milliseconds from now: in the past for a negative number, null, never,
 * for null or Infinity.
 *
 * @throws InvalidArgumentError for what is no number
 */
export function deadlineAfter(loop: Loop, ms: number | null, what: string): number | null {
  const limit = checkDeadline(ms, what);
  return limit === null ? null : loop.time() + limit;
}

/**
 * Returns a time on the loop's clock, or null for never, which Infinity is, too.
 *
 * @throws InvalidArgumentError for what is no number
 */
export function checkDeadline(when: unknown, what: string): number | null {
  if (when === null || when === Infinity) return null;
  if (typeof when === 'number' && !Number.isNaN(when)) return Math.max(when, -Number.MAX_VALUE);
  throw new InvalidArgumentError(
    `Expected \`${what}\` to be a number of milliseconds, or null for no limit, got ${describe(when)}`,
  );
}
