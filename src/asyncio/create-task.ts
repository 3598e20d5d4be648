import { ownerOf } from './running.ts';
import { currentRoot, Task, type TaskBody, type TaskOptions } from '../task/index.ts';

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
  const eventLoop = ownerOf(root);
  return eventLoop === undefined || eventLoop.isClosed()
    ? new Task<T>(body, options, root)
    : eventLoop.createTask(body, options, root, eventLoop);
}
