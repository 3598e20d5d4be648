import { CancelledError } from '../errors/index.ts';
import type { Owner } from './owner.ts';
import { isCancelledByOwnScope } from './scope.ts';
import type { Awaited, Wait } from './wait.ts';

/**
 * The rule by which something pending ends a wait that begins; each style calls this when it has registered its wait.
 *
 *  1. A pending request to cancel cancels what is waited for, and is delivered by that. If that cannot be cancelled,
 *     the request stays pending, and is raised when the wait ends.
 *  2. Else a cancelled scope cancels what is waited for, unless that is cancelled by its own scope.
 *
 * False if something pending has reached nothing. A fiber then ends its wait in the next turn; a task, which nobody can
 * resume from outside, when what it waits for has ended.
 */
export function beginWait(owner: Owner, wait: Wait): boolean {
  const { cancelPending } = owner;
  if (cancelPending && wait.cancelAwaited(owner.cancelMessage)) {
    owner.cancelDelivered();
    return true;
  }
  const { scope } = owner;
  if (scope === undefined || !scope.cancelled || isCancelledByOwnScope(wait.awaited))
    return !cancelPending;
  return wait.cancelAwaited(scope.message);
}

/**
 * The rule by which a pending request to cancel is raised when a wait has ended: in place of what came, unless that is
 * a cancellation already. Of two requests within one wait the first is raised, with its message (as in CPython).
 */
export function takeAfterWait(owner: Owner, awaited: Awaited | undefined): Error | undefined {
  if (!owner.cancelPending) return undefined;
  if (awaited === undefined || !endsInCancellation(awaited)) return owner.takeCancellation();
  owner.cancelDelivered();
  return undefined;
}

/** Whether its wait ends with a CancelledError: that of a `gather` which was cancelled is an exception that was set. */
function endsInCancellation(awaited: Awaited): boolean {
  return awaited.cancelled() || awaited.failedWith instanceof CancelledError;
}
