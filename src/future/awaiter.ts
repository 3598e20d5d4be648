import type { Handle } from '../loop/index.ts';
import type { Future } from './future.ts';

/** The wait of an async function, which V8 resumes and nobody else can: what can be done to it from outside. */
export interface Await extends Handle {
  /** What is awaited; undefined for a turn of the loop. */
  readonly awaited: Future | undefined;
  /**
   * Cancels what is awaited, so that the `await` raises a CancelledError. False if it is done already and the
   * wake-up is under way.
   */
  cancelAwaited(message: string | undefined): boolean;
}

/** Whoever an async function belongs to: a task. It is told of each wait, so that cancelling it can end the wait. */
export interface Awaiter {
  /** A wait begins. What this throws is raised there instead. */
  awaits(wait: Await): void;
  /** It is over. Returns an error to raise there in place of what came, if the awaiter was cancelled meanwhile. */
  resumes(wait: Await): Error | undefined;
}

let find: () => Awaiter | undefined = () => undefined;

/** Says how to find the awaiter of the running code; the layer of tasks does, which this one does not know. */
export function setAwaiterLookup(lookup: () => Awaiter | undefined): void {
  find = lookup;
}

export function currentAwaiter(): Awaiter | undefined {
  return find();
}
