import { describe, InvalidArgumentError } from '../../errors/index.ts';

/** 4 or 6, of the Internet protocol; 0 stands for both. */
export type Family = 0 | 4 | 6;

/** @throws InvalidArgumentError */
export function checkFamily(family: unknown): void {
  if (family === 0 || family === 4 || family === 6) return;
  throw new InvalidArgumentError(
    `Expected \`family\` to be 4 or 6, or 0 for both, got ${describe(family)}`,
  );
}
