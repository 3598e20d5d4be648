import type { WaitReason } from './wait-reason.ts';

/** What can be waited for: a future, as this layer sees it. */
export interface Awaited {
  readonly waitReason: WaitReason;
  done(): boolean;
  cancelled(): boolean;
  /** @internal The exception that was set, if one was. */
  readonly failedWith: unknown;
  cancel(message?: string): boolean;
}

/**
 * The record of a wait, from its beginning until whoever waits goes on. Each style has one: a fiber parks on it, a
 * task's step or an async function notes it. Cancellation, reports and call graphs see nothing else of a wait.
 */
export interface Wait {
  /** Why the code stands still, for reports. */
  readonly reason: WaitReason;
  /** What is waited for, if its outcome is the outcome of the wait; undefined for a turn, a span of time, or an end. */
  readonly awaited: Awaited | undefined;
  /**
   * Cancels what is waited for, whose end then ends the wait. False if it cannot be cancelled: there is nothing to
   * cancel, or it is done and the wake-up is under way.
   */
  cancelAwaited(message: string | undefined): boolean;
  /** V8's own function that resolves what an async function awaits: it leads V8 to where that is. Not in other styles. */
  readonly resolveAwaited?: (value: never) => void;
}
