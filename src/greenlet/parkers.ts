import type { Fiber } from './fiber.ts';

/** Fibers that have waited in the hub at least once and have not ended: among them are those that wait now. */
const parkers = new Set<Fiber>();

/** To be called when a fiber waits for the first time. */
export function enlistParker(fiber: Fiber): void {
  fiber.parker = true;
  parkers.add(fiber);
}

/** To be called when one that was enlisted has ended. */
export function dischargeParker(fiber: Fiber): void {
  parkers.delete(fiber);
}

/** Those that wait now. */
export function waiting(): Fiber[] {
  return [...parkers].filter((fiber) => fiber.parkedOn !== null);
}
