import type { Scope } from './scope.ts';
import type { Wait } from './wait.ts';

/** Whose code runs: a task, or a spawned greenlet. All owners are of one class, `Cancellable` in `task/`. */
export interface Owner {
  /** For reports. */
  readonly name: string;
  /** The values of its context variables. */
  readonly context: object;
  /** The innermost scope that the code stands in. */
  scope: Scope | undefined;
  /** Whether a request to cancel has not reached the code yet. */
  readonly cancelPending: boolean;
  readonly cancelMessage: string | undefined;
  done(): boolean;
  /** The pending request has reached what is waited for. */
  cancelDelivered(): void;
  /** The pending request, as the error to raise now; it counts as delivered. */
  takeCancellation(): Error | undefined;
}

/** The owner of an async function. V8 resumes the function, so each of its waits is reported to the owner. */
export interface Awaiter extends Owner {
  /** A wait begins. What this throws is raised there instead. */
  awaits(wait: Wait): void;
  /** The wait is over. Returns an error to raise in place of its outcome, if the owner was cancelled meanwhile. */
  resumes(wait: Wait): Error | undefined;
}
