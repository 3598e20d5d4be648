// One way to wait: park(what). A parked greenlet is resumed by its fiber being
// put into the ready queue. `what`, a Wait, says why it waits (for LoopExit's report) and
// takes the wait back (for kill and timeouts).
//
// Invariant: a fiber is in the ready queue at most once. So whoever wants to
// interrupt it must first take its wait back; `cancelWait` returns false when
// the wake-up is under way already, and then it must not be queued again.

import { CancelledError } from '../errors/index.ts';
import {
  type Fiber,
  type Interruption,
  type Wait,
  currentFiber,
  mainFiber,
  mayHandOver,
  transfer,
} from '../greenlet/fiber.ts';
import { parkers } from '../greenlet/parkers.ts';
import { getLoop, KIND_GREENLET } from '../loop/index.ts';
import { hearsItself, setStepping } from '../task/index.ts';
import { StackMemoryError, isRefusal } from '../stack/index.ts';
import { taskOf } from './fiber-name.ts';
import { BlockingSwitchOutError } from './blocking-switch-out-error.ts';

export { waiting } from '../greenlet/parkers.ts';

/** Whether the running code may block: it is in a greenlet. */
export function inGreenlet(): boolean {
  return currentFiber() !== mainFiber;
}

/** The running fiber, or an error that tells what to write instead. */
export function blockingFiber(what: string): Fiber {
  const fiber = currentFiber();
  if (fiber === mainFiber) throw new BlockingSwitchOutError(what);
  return fiber;
}

/** The fiber to go on with when the running one parks or ends: the next one that is ready, else the main one. */
export function nextFiber(): Fiber {
  if (!mayHandOver()) return mainFiber;
  const loop = getLoop();
  for (;;) {
    const next = loop.takeReady(KIND_GREENLET) as Fiber | undefined;
    if (next === undefined) return mainFiber;
    if (next.strayWakeUps === 0) return next;
    next.strayWakeUps--;
  }
}

/**
 * Parks the running fiber until it is put into the ready queue.
 *
 * @throws what `interrupt` was given
 */
export function park(fiber: Fiber, on: Wait): void {
  if (!fiber.listed) fiber.enlist(parkers);
  fiber.parkedOn = on;
  if (fiber.interruption !== null) endBegun(fiber, on);
  else if (taskOf(fiber)?.scope !== undefined) consultScope(fiber, on);
  // A step of a task may stand on this stack, if it was started eagerly here. It is not what others run.
  const stepping = setStepping(undefined);
  try {
    leave(fiber, on);
  } finally {
    if (stepping !== undefined) setStepping(stepping);
    fiber.parkedOn = null;
  }
  if (fiber.interruption !== null) throwInterruption(fiber);
}

/** Goes on with others until `fiber` is resumed. */
function leave(fiber: Fiber, on: Wait): void {
  for (;;) {
    const next = nextFiber();
    if (next === fiber) return;
    try {
      transfer(next);
      return;
    } catch (error) {
      if (error instanceof StackMemoryError) {
        next.unstartable(error);
        continue;
      }
      if (isRefusal(error)) {
        // Inside a promise job, say. Nothing may be lost by it.
        if (next !== mainFiber) getLoop().enqueue(next);
        if (!on.cancelWait(fiber)) fiber.strayWakeUps++;
      }
      throw error;
    }
  }
}

function throwInterruption(fiber: Fiber): void {
  const { error, atNextPark } = fiber.interruption as Interruption;
  if (atNextPark) return;
  fiber.interruption = null;
  throw error;
}

/** The wait that begins is one that something came for before it began: it ends in the next turn. */
function endBegun(fiber: Fiber, on: Wait): void {
  const interruption = fiber.interruption as Interruption;
  if (interruption.error instanceof CancelledError && on.cancelAwaited !== undefined) {
    fiber.interruption = null;
    if (on.cancelAwaited(interruption.error.message)) return;
    fiber.interruption = interruption;
  }
  interruption.atNextPark = false;
  if (interruption.error instanceof CancelledError && endsByItself(on)) return;
  if (on.cancelWait(fiber)) getLoop().enqueue(fiber);
}

/** Whether what is waited for cannot be cancelled any more, and its end is under way: a `gather` of what is done. */
function endsByItself(on: Wait): boolean {
  return on.awaited?.done() === false;
}

/**
 * Cancels what the fiber waits for, whose end then wakes it. If that is ending by itself, `error` is raised in place
 * of what comes of it, as a task does it. False if there is nothing of that kind to wait for.
 */
export function cancelAwaited(fiber: Fiber, error: CancelledError): boolean {
  const on = fiber.parkedOn;
  if (on?.cancelAwaited === undefined) return false;
  if (on.cancelAwaited(error.message)) return true;
  if (!endsByItself(on)) return false;
  fiber.interruption = { error, atNextPark: false };
  return true;
}

/** In a scope that was cancelled, each wait ends in the next turn. */
function consultScope(fiber: Fiber, on: Wait): void {
  const scope = taskOf(fiber)?.scope;
  if (scope?.cancelled !== true || hearsItself(on.awaited)) return;
  fiber.interruption = { error: new CancelledError(scope.message), atNextPark: true };
  endBegun(fiber, on);
}

/** Ends the wait of a fiber with a CancelledError, through what it waits for if possible, unless the wait is over. */
export function reach(fiber: Fiber, message: string | undefined): void {
  const on = fiber.parkedOn;
  if (on === null || fiber.interruption !== null || hearsItself(on.awaited)) return;
  if (on.cancelAwaited?.(message) === true || !on.cancelWait(fiber)) return;
  fiber.interruption = { error: new CancelledError(message), atNextPark: false };
  getLoop().enqueue(fiber);
}

/** Makes the next wait of a fiber that does not wait now end with `error`. */
export function interruptNext(fiber: Fiber, error: unknown): void {
  fiber.interruption = { error, atNextPark: true };
}

/**
 * As `interrupt`, but only while nothing has come: a result that is under way wins, and the next wait is ended in
 * place of this one. To be taken back with `forgetEnd` when no further wait is meant.
 */
export function endWait(fiber: Fiber, error: unknown): Interruption | undefined {
  // A kill or a cancellation is under way, which says more.
  if (fiber.interruption !== null) return undefined;
  const wait = fiber.parkedOn;
  const waiting = wait !== null && wait.cancelWait(fiber);
  const interruption = { error, atNextPark: !waiting };
  fiber.interruption = interruption;
  if (waiting) getLoop().enqueue(fiber);
  return interruption;
}

export function forgetEnd(fiber: Fiber, interruption: Interruption): void {
  if (fiber.interruption === interruption) fiber.interruption = null;
}
