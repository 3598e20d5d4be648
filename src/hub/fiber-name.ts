import type { Fiber } from '../greenlet/fiber.ts';
import type { Cancellable } from '../task/index.ts';

/** What a fiber of the hub's has on top: see `task-fiber.ts`, which stands above this. */
interface Named {
  readonly task?: Cancellable | undefined;
  readonly job?: { readonly name: string };
}

/** The spawned greenlet whose fiber this is; none for one of `greenroom/greenlet`. */
export function taskOf(fiber: Fiber): Cancellable | undefined {
  return (fiber as Named).task;
}

const NAMELESS = { name: 'a greenlet' };

/** What has the name that reports call it by. */
export function named(fiber: Fiber): { readonly name: string } {
  return (fiber as Named).job ?? NAMELESS;
}

export function fiberName(fiber: Fiber): string {
  return named(fiber).name;
}
