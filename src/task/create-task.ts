import { hostOf } from './task-host.ts';
import { currentRoot } from './current-task.ts';
import { Task } from './task.ts';
import type { TaskBody } from './body.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * Starts a coroutine, a generator or an async function beside the running code; its first step comes in
 * the next turn. Give an async function itself, `createTask(hello)` or `createTask(() => hello(1))`: then
 * it runs inside the task, and cancelling the task reaches what it awaits.
 *
 * In a program run by `run` it is made by the task factory of its event loop, if that has one.
 *
 * @throws InvalidArgumentError for what is none of these
 */
export function createTask<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
  const root = currentRoot();
  const host = hostOf(root);
  return host === undefined || host.isClosed()
    ? new Task<T>(body, options, root)
    : host.createTask(body, options, root, host);
}
