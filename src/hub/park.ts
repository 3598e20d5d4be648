// One way to wait: park(what). A parked greenlet is resumed by its fiber being
// put into the ready queue. `what` says why it waits (for LoopExit's report) and
// takes the wait back (for kill and timeouts).
//
// Invariant: a fiber is in the ready queue at most once. So whoever wants to
// interrupt it must first take its wait back; `cancelWait` returns false when
// the wake-up is under way already, and then it must not be queued again.

import { type Fiber, currentFiber, mainFiber, mayHandOver, transfer } from '../greenlet/fiber.ts';
import { getLoop, KIND_GREENLET } from '../loop/index.ts';
import { StackMemoryError, isRefusal } from '../stack/index.ts';
import { BlockingSwitchOutError } from './blocking-switch-out-error.ts';

export interface Wait {
  /** For people: what is waited for. */
  readonly reason: string;
  /** Takes the wait back; false if the wake-up is in the ready queue already. */
  cancelWait(fiber: Fiber): boolean;
}

/** Errors to be thrown in parked fibers when they are resumed. */
const interruptions = new WeakMap<Fiber, { error: unknown }>();
let interrupted = 0;

/** Fibers that have parked at least once and have not ended. */
const parkers = new Set<Fiber>();

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
  parkers.add(fiber);
  fiber.parkedOn = on;
  leave(fiber, on);
  fiber.parkedOn = null;
  if (interrupted > 0) throwInterruption(fiber);
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
      fiber.parkedOn = null;
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
  const interruption = interruptions.get(fiber);
  if (interruption === undefined) return;
  interruptions.delete(fiber);
  interrupted--;
  throw interruption.error;
}

/**
 * Makes a parked fiber's wait end with `error`, even if it was about to be
 * resumed with a result. False if it does not wait.
 */
export function interrupt(fiber: Fiber, error: unknown): boolean {
  const wait = fiber.parkedOn as Wait | null;
  if (wait === null) return false;
  const waiting = wait.cancelWait(fiber);
  if (!interruptions.has(fiber)) interrupted++;
  interruptions.set(fiber, { error });
  if (waiting) getLoop().enqueue(fiber);
  return true;
}

/** As `interrupt`, but only while nothing has come: a result that is under way wins. */
export function giveUp(fiber: Fiber, on: Wait, error: unknown): void {
  if (fiber.parkedOn !== on || !on.cancelWait(fiber)) return;
  interrupted++;
  interruptions.set(fiber, { error });
  getLoop().enqueue(fiber);
}

/** To be called when a fiber has ended. */
export function forgetParker(fiber: Fiber): void {
  parkers.delete(fiber);
}

/** Those that wait now. */
export function waiting(): Fiber[] {
  return [...parkers].filter((fiber) => fiber.parkedOn !== null);
}
