/**
 * How the wait of a fiber is ended from outside. Kill, cancel, timeout, abort and scope are kinds of one thing: an error
 * that the wait ends with. They differ in two questions only.
 *
 * | kind            | a result is under way  | who asks first?                                                    |
 * | --------------- | ---------------------- | ------------------------------------------------------------------ |
 * | kill            | the kill wins          | nobody; it replaces what was there                                 |
 * | cancel          | stays pending          | what is waited for: its end brings the error, as for a task         |
 * | scope           | the result wins        | what is waited for                                                 |
 * | timeout, abort  | the result wins        | nobody; what says more, a kill or a cancellation, is left in place |
 *
 * Invariants:
 *  - A fiber is in the ready queue at most once. So whoever ends its wait takes the wait back first; where that fails,
 *    the wake-up is under way, and the fiber is not queued again.
 *  - A request to cancel that has reached nothing is kept by the owner (`cancelPending`), not here. It can be taken
 *    back until it is raised, or until a wait has been ended for it.
 */
import { CancelledError } from '../errors/index.ts';
import { getLoop } from '../loop/index.ts';
import { beginWait, takeAfterWait } from './pending-cancel.ts';
import { type Fiber, type FiberWait, mainFiber, transfer } from './fiber.ts';
import { readResult, writeError } from './payload.ts';
import { isCancelledByOwnScope } from './scope.ts';

export type InterruptionKind = 'abort' | 'cancel' | 'kill' | 'scope' | 'timeout';

/** What a wait of a fiber ends with: the one that is under way, or, `atNextPark`, the next one. */
export interface Interruption {
  readonly kind: InterruptionKind;
  readonly error: unknown;
  atNextPark: boolean;
}

/**
 * Makes the wait of a fiber end with `error`, even if it was about to be resumed with a result. It is resumed in a
 * turn of the loop. False if it does not wait.
 */
export function interrupt(fiber: Fiber, error: unknown): boolean {
  const wait = fiber.parkedOn;
  if (wait === null) return false;
  const waiting = wait.takeBack(fiber);
  fiber.interruption = { kind: 'kill', error, atNextPark: false };
  if (waiting) getLoop().enqueue(fiber);
  return true;
}

/** Raises `error` in a suspended fiber in a turn of the loop, whether it waits in the hub or stands in a switch(). */
export function raiseSoon(fiber: Fiber, error: unknown): void {
  if (!interrupt(fiber, error)) getLoop().callSoon(raise, fiber, error);
}

function raise(fiber: Fiber, error: unknown): void {
  if (fiber.state !== 'active' || fiber === mainFiber || interrupt(fiber, error)) return;
  writeError(error);
  transfer(fiber);
  readResult();
}

/**
 * Ends a wait at its limit: a result that is under way wins, and the next wait is ended in place of this one. To be
 * taken back with `forgetLimit` when no further wait is meant. Undefined if something else is about to be raised.
 */
export function limitWait(
  fiber: Fiber,
  kind: 'abort' | 'timeout',
  error: unknown,
): Interruption | undefined {
  if (fiber.interruption !== null || fiber.owner?.cancelPending === true) return undefined;
  const wait = fiber.parkedOn;
  const waiting = wait !== null && wait.takeBack(fiber);
  const interruption = { kind, error, atNextPark: !waiting };
  fiber.interruption = interruption;
  if (waiting) getLoop().enqueue(fiber);
  return interruption;
}

export function forgetLimit(fiber: Fiber, interruption: Interruption): void {
  if (fiber.interruption === interruption) fiber.interruption = null;
}

/**
 * Cancels the wait that is under way: through what is waited for, if that can be cancelled. False if nothing was
 * reached: the fiber does not wait, or the end of its wait is under way.
 */
export function cancelWait(fiber: Fiber, message: string | undefined): boolean {
  const wait = fiber.parkedOn;
  if (wait === null) return false;
  // Killed already: the wait ends with one error, and not the next one with another.
  if (fiber.interruption?.atNextPark === false) return true;
  return wait.cancelAwaited(message) || endInNextTurn(fiber, wait, 'cancel', message);
}

/** Ends the wait that is under way, for a scope that was cancelled, unless the wait is over. */
export function cancelForScope(fiber: Fiber, message: string | undefined): void {
  const wait = fiber.parkedOn;
  if (wait === null || fiber.interruption !== null || fiber.owner?.cancelPending === true) return;
  if (isCancelledByOwnScope(wait.awaited) || wait.cancelAwaited(message)) return;
  endInNextTurn(fiber, wait, 'scope', message);
}

/** For `park`: something that came before this wait began may end it in the next turn. */
export function interruptAtPark(fiber: Fiber, wait: FiberWait): void {
  const { interruption, owner } = fiber;
  if (interruption !== null) {
    interruption.atNextPark = false;
    if (wait.takeBack(fiber)) getLoop().enqueue(fiber);
  } else if (owner !== undefined && !beginWait(owner, wait)) {
    if (!owner.cancelPending) endBegun(fiber, wait, owner.scope?.message);
    else if (endInNextTurn(fiber, wait, 'cancel', owner.cancelMessage)) owner.cancelDelivered();
  }
}

/** In a cancelled scope a wait ends with an error even if its own end, which cannot be cancelled, comes first. */
function endBegun(fiber: Fiber, wait: FiberWait, message: string | undefined): void {
  if (endInNextTurn(fiber, wait, 'scope', message)) return;
  fiber.interruption = { kind: 'scope', error: new CancelledError(message), atNextPark: false };
}

/** For `park`: raises what the wait that is over has to end with. */
export function raiseAfterPark(fiber: Fiber, wait: FiberWait): void {
  const { interruption, owner } = fiber;
  if (interruption !== null && !interruption.atNextPark) {
    fiber.interruption = null;
    throw interruption.error;
  }
  const cancellation = owner && takeAfterWait(owner, wait.awaited);
  if (cancellation !== undefined) throw cancellation;
}

/** False if the wait cannot be taken back, or if what is waited for is about to end it: a `gather` of what is done. */
function endInNextTurn(
  fiber: Fiber,
  wait: FiberWait,
  kind: 'cancel' | 'scope',
  message: string | undefined,
): boolean {
  if (wait.awaited?.done() === false || !wait.takeBack(fiber)) return false;
  fiber.interruption = { kind, error: new CancelledError(message), atNextPark: false };
  getLoop().enqueue(fiber);
  return true;
}
