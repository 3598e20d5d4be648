// What the tests of executors call on other threads.

import { isMainThread, threadId } from 'node:worker_threads';

export function add(a: number, b: number): number {
  return a + b;
}

export async function where(): Promise<[boolean, number]> {
  return [isMainThread, threadId];
}

export class QuotaError extends RangeError {
  readonly code = 'ERR_QUOTA';
  readonly limit: number;

  constructor(limit: number) {
    super(`more than ${limit}`, { cause: new Error('the cause') });
    this.name = 'QuotaError';
    this.limit = limit;
  }
}

export function fail(limit: number): never {
  throw new QuotaError(limit);
}

export function failWith(value: unknown): never {
  throw value;
}

export function failBadly(): never {
  throw () => 1;
}

export function giveFunction(): unknown {
  return () => 1;
}

/** Says that it has begun in the first field, and blocks its thread until the second one is set. */
export function block(fields: Int32Array<SharedArrayBuffer>): string {
  Atomics.add(fields, 0, 1);
  Atomics.notify(fields, 0);
  Atomics.wait(fields, 1, 0);
  return 'released';
}

export const notAFunction = 5;

export function exit(code: number): string {
  try {
    process.exit(code);
  } catch {
    return 'went on';
  }
}

/** Outside of the call's own code; the call never ends. */
export function exitLater(code: number): Promise<never> {
  return new Promise(() => setTimeout(() => process.exit(code), 1));
}
