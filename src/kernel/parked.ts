import { List } from '../loop/index.ts';
import type { Fiber } from './fiber.ts';

/** Fibers that have waited in the hub at least once and have not ended: among them are those that wait now. */
export const parkers: List<Fiber> = new List();

/** Those that wait now. */
export function waiting(): Fiber[] {
  return Array.from(parkers).filter((fiber) => fiber.parkedOn !== null);
}
