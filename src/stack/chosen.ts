import { describe, InvalidArgumentError } from '../errors/index.ts';

/** What the environment variable `name` chooses, one of `choices`; undefined if it is not set. */
export function chosen<T extends string>(name: string, choices: readonly T[]): T | undefined {
  const value = process.env[name];
  if (value === undefined || value === '') return undefined;
  if (choices.includes(value as T)) return value as T;
  throw new InvalidArgumentError(
    `Expected ${name} to be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, got ${describe(value)}`,
  );
}
