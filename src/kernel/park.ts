// One way to wait: park(fiber, wait). A parked fiber is resumed by being put into the ready queue. The wait says why the
// fiber waits (for reports), and takes its registration back (interruption.ts).

import { getLoop, KIND_GREENLET } from '../loop/index.ts';
import { isRefusal, StackMemoryError } from '../stack/index.ts';
import { type Fiber, type FiberWait, mainFiber, mayHandOver, transfer } from './fiber.ts';
import { interruptAtPark, raiseAfterPark } from './interruption.ts';
import { parkers } from './parked.ts';
import { setStepping } from './running.ts';

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
 * @throws what the wait was interrupted with
 */
export function park(fiber: Fiber, on: FiberWait): void {
  if (!fiber.listed) fiber.enlist(parkers);
  fiber.parkedOn = on;
  const { owner } = fiber;
  if (
    fiber.interruption !== null ||
    (owner !== undefined && (owner.cancelPending || owner.scope !== undefined))
  )
    interruptAtPark(fiber, on);
  // A step of a task may stand on this stack, if it was started eagerly here. It is not what others run.
  const stepping = setStepping(undefined);
  try {
    leave(fiber, on);
  } finally {
    if (stepping !== undefined) setStepping(stepping);
    fiber.parkedOn = null;
  }
  if (fiber.interruption !== null || owner?.cancelPending === true) raiseAfterPark(fiber, on);
}

/** Goes on with others until `fiber` is resumed. */
function leave(fiber: Fiber, on: FiberWait): void {
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
        if (!on.takeBack(fiber)) fiber.strayWakeUps++;
      }
      throw error;
    }
  }
}
