import type { Fiber } from '../greenlet/fiber.ts';
import type { Cancellable } from '../task/index.ts';

/** The spawned greenlet whose fiber this is; none for one of `greenroom/greenlet`. */
export function taskOf(fiber: Fiber): Cancellable | undefined {
  return (fiber as { readonly task?: Cancellable }).task;
}

/** What reports call it. */
export function fiberName(fiber: Fiber): string {
  return taskOf(fiber)?.name ?? 'a greenlet';
}
