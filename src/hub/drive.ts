import type { Fiber } from '../kernel/index.ts';
import { getLoop } from '../loop/index.ts';
import { asFuture, checkYield, type Steps } from '../task/index.ts';
import type { Future } from '../future/index.ts';
import { awaitFuture } from './await-future.ts';
import { named } from './fiber-name.ts';
import { yieldTurn } from './sleep.ts';

/**
 * Runs a coroutine in the running greenlet, which parks wherever the coroutine waits: what a Task does in steps. All
 * that ends a wait early, a kill or a timeout or a cancellation, is raised at the `yield`, so the coroutine cleans up.
 */
export function drive<T>(steps: Steps<T>, fiber: Fiber): T {
  let step = steps.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = waitForYielded(step.value, fiber);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
}

function waitForYielded(yielded: unknown, fiber: Fiber): unknown {
  if (yielded === undefined || yielded === null) return yieldTurn(fiber);
  const loop = getLoop();
  const future = asFuture(yielded, loop);
  const wrong = checkYield(future, named(fiber), loop);
  if (wrong !== undefined) throw wrong;
  return awaitFuture(future as Future, fiber);
}
