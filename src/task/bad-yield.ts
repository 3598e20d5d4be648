import { isCoroutine, isGenerator } from '../coroutine/index.ts';
import { describe, GreenroomError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';

/** A task was given something to wait for that it cannot wait for; raised in its body, at the `yield`. */
export class BadYieldError extends GreenroomError {
  constructor(message: string) {
    super('ERR_BAD_YIELD', message);
  }
}

/**
 * What is wrong with waiting for `yielded` in `task` on `loop`; undefined if it is a future that can be waited for.
 * The task is not asked for its name before there is something to say: some make it up only then.
 */
export function checkYield(
  yielded: unknown,
  task: { readonly name: string },
  loop: Loop,
): BadYieldError | undefined {
  if (yielded === task) return new BadYieldError(`Task ${task.name} cannot wait for itself`);
  if (yielded instanceof Future) {
    if (yielded.loop === loop) return undefined;
    return new BadYieldError(`Task ${task.name} got a future that is attached to a different loop`);
  }
  let advice = 'yield a future, a promise, or nothing';
  if (isCoroutine(yielded) || isGenerator(yielded))
    advice = 'write `yield*`, not `yield`, to wait for a coroutine';
  return new BadYieldError(`Task ${task.name} got a bad yield, ${describe(yielded)}: ${advice}`);
}
