import type { Future } from '../future/index.ts';
import type { Cancellable } from './cancellable.ts';
import { currentTask } from './current-task.ts';

/**
 * A stretch of code that can be cancelled as a whole, for good: each wait in it ends with a CancelledError, until the
 * stretch is left (Trio's cancel scopes). A request to cancel a task, in contrast, is delivered once.
 *
 * The code of a task or greenlet stands in one scope at a time, its `scope`, which knows those around it. A wait that
 * begins asks that one; when a scope is cancelled, it reaches for the waits that are under way, through its members.
 * Code that stands in no scope pays one comparison for each wait.
 */
export interface Scope {
  /** Whether what waits in here has to end: this was cancelled, or one around it that it is not shielded from. */
  readonly cancelled: boolean;
  /** What the CancelledErrors say. */
  readonly message: string | undefined;
  /** From now on `member` stands in here, and in no scope further in. */
  join(member: Cancellable): void;
  leave(member: Cancellable): void;
}

/** The scopes in which tasks and greenlets were started that belong to one. */
const homes = new WeakMap<object, Scope>();

/** Makes all code of `member`, which has not begun, stand in `scope`. */
export function startIn(scope: Scope, member: Cancellable): void {
  homes.set(member, scope);
  member.scope = scope;
  scope.join(member);
}

/**
 * Whether `future` is a task that hears of the cancellation by itself. Then whoever waits for it, as its group or as
 * the whole it is a part of, must not cancel it on top of that: it may be cleaning up, behind a shield.
 */
export function hearsItself(future: Future | undefined): boolean {
  return future !== undefined && homes.get(future)?.cancelled === true;
}

/**
 * `yield* steps`, out of the reach of the scopes that the running code stands in: for what has to be done before it
 * can be left, such as taking back a lock. Otherwise each try would be ended at once, for ever.
 */
export function* unscoped<Y, T>(steps: Generator<Y, T, unknown>): Generator<Y, T, unknown> {
  const member = currentTask();
  const scope = member?.scope;
  if (member === undefined || scope === undefined) return yield* steps;
  scope.leave(member);
  member.scope = undefined;
  try {
    return yield* steps;
  } finally {
    member.scope = scope;
    scope.join(member);
  }
}
