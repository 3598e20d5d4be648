import { runningOwner } from '../kernel/index.ts';
import type { Cancellable } from './cancellable.ts';

/** Whose code runs, even if it has ended. Only objects of this class are registered as owners. */
export const codeOwner = runningOwner as () => Cancellable | undefined;

/**
 * The task whose code runs, or the spawned greenlet, or undefined outside of them. (asyncio's `current_task`.)
 *
 * @example
 * await run(async () => currentTask()!.name) // 'Task-1'
 */
export function currentTask(): Cancellable | undefined {
  const task = codeOwner();
  return task === undefined || task.done() ? undefined : task;
}

let rooted = false;

/** Notes that there is a root, and returns it. */
export function noteRoot<C extends Cancellable>(root: C): C {
  rooted = true;
  return root;
}

/** The root of the running code's task. Nothing is looked for before there are roots: many never have any. */
export function currentRoot(): Cancellable | undefined {
  return rooted ? currentTask()?.root : undefined;
}
