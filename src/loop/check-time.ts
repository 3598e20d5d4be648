import { describe, InvalidArgumentError } from '../errors/index.ts';

/**
 * Returns `ms` if it is a time, or a stretch of it, in milliseconds: any number but NaN. A stretch of 0 or less is
 * over when it begins, and Infinity is never, as everywhere in asyncio.
 *
 * @throws InvalidArgumentError for NaN and other types
 */
export function checkTime(ms: unknown, what: string): number {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError(
    `Expected \`${what}\` to be a number of milliseconds, got ${describe(ms)}`,
  );
}
