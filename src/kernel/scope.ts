import type { Owner } from './owner.ts';

/**
 * A stretch of code that can be cancelled as a whole, for good: each wait in it ends with a CancelledError, until the
 * stretch is left (Trio's cancel scopes). A request to cancel a task, in contrast, is delivered once.
 *
 * The code of an owner stands in one scope at a time, its `scope`, which knows those around it. A wait that begins
 * asks that one; when a scope is cancelled, it interrupts the waits that are under way, through its members. Code that
 * stands in no scope pays one comparison for each wait.
 */
export interface Scope {
  /** Whether what waits in here has to end: this was cancelled, or one around it that it is not shielded from. */
  readonly cancelled: boolean;
  /** What the CancelledErrors say. */
  readonly message: string | undefined;
  /** From now on `member` stands in here, and in no scope further in. */
  join(member: Owner): void;
  leave(member: Owner): void;
}

/** The scopes in which those were started that belong to one. */
const homes = new WeakMap<object, Scope>();

/** Makes all code of `member`, which has not begun, stand in `scope`. */
export function startIn(scope: Scope, member: Owner): void {
  homes.set(member, scope);
  member.scope = scope;
  scope.join(member);
}

/**
 * Whether `awaited` is a task whose own scope is cancelled already. Whoever waits for it, as its group or as the task
 * it is a part of, must not cancel it a second time: it may be cleaning up in a shielded scope.
 */
export function isCancelledByOwnScope(awaited: object | undefined): boolean {
  return awaited !== undefined && homes.get(awaited)?.cancelled === true;
}
