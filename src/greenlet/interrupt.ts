import { getLoop } from '../loop/index.ts';
import { type Fiber, transfer } from './fiber.ts';
import { readResult, writeError } from './letter.ts';

/**
 * Makes the wait of a fiber that waits in the hub end with `error`, even if it was about to be resumed with a
 * result. It is resumed in a turn of the loop. False if it does not wait.
 */
export function interrupt(fiber: Fiber, error: unknown): boolean {
  const wait = fiber.parkedOn;
  if (wait === null) return false;
  const waiting = wait.cancelWait(fiber);
  fiber.interruption = { error, atNextPark: false };
  if (waiting) getLoop().enqueue(fiber);
  return true;
}

/** Raises `error` in a suspended fiber in a turn of the loop, whether it waits in the hub or stands in a switch(). */
export function raiseSoon(fiber: Fiber, error: unknown): void {
  if (!interrupt(fiber, error)) getLoop().callSoon(raise, fiber, error);
}

function raise(fiber: Fiber, error: unknown): void {
  if (fiber.state !== 'active' || interrupt(fiber, error)) return;
  writeError(error);
  transfer(fiber, 'throw');
  readResult();
}
