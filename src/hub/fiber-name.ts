import type { Fiber } from '../kernel/index.ts';
import { TaskFiber } from './task-fiber.ts';

const NAMELESS = { name: 'a greenlet' };

/** What has the name that reports call it by. */
export function named(fiber: Fiber): { readonly name: string } {
  return fiber instanceof TaskFiber ? fiber.job : NAMELESS;
}

export function fiberName(fiber: Fiber): string {
  return named(fiber).name;
}
