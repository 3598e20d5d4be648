import { GeneratorExit } from '../coroutine/index.ts';
import type { Future } from '../future/index.ts';
import { GreenletExit } from '../errors/index.ts';
import { KeyboardInterrupt } from './keyboard-interrupt.ts';

/** What was raised, in a box: anything can be thrown, undefined too. */
export interface Raised {
  readonly error: unknown;
}

/** What a future that is done failed with, or its CancelledError; undefined if it has a result. It counts as seen. */
export function raisedBy(future: Future): Raised | undefined {
  try {
    future.result();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Whether an error says that the code, or all of the program, has to end, and not that something went wrong in it. */
export function isExit(error: unknown): boolean {
  return (
    error instanceof GreenletExit ||
    error instanceof GeneratorExit ||
    error instanceof KeyboardInterrupt
  );
}
