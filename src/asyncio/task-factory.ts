import { Task, type TaskBody, type TaskOptions } from '../task/index.ts';
import type { EventLoop } from './event-loop.ts';

/** Makes the tasks of an event loop. It has to pass on all `options` it does not know. */
export type TaskFactory = <T>(
  eventLoop: EventLoop,
  body: TaskBody<T>,
  options: TaskOptions,
) => Task<T>;

/** A class of tasks: `Task` or a subclass of it. */
export type TaskClass = new <T>(body: TaskBody<T>, options: TaskOptions) => Task<T>;

/**
 * A task factory whose tasks begin at once, within `createTask`, and run to where they first wait; a generator or a
 * plain function that does not wait is done when its task is returned, and was never scheduled. (asyncio's
 * `create_eager_task_factory`.)
 * `{ eagerStart: false }` makes an exception of a task.
 */
export function createEagerTaskFactory(taskClass: TaskClass): TaskFactory {
  return (_eventLoop, body, options) =>
    new taskClass(body, { ...options, eagerStart: options.eagerStart ?? true });
}

/**
 * The eager task factory for plain tasks. A generator or a plain function that does not wait is done at once. An async
 * function never is: V8 tells of its end in a promise job, which comes after the running code.
 *
 * @example
 * await run(async () => {
 *   getRunningLoop().setTaskFactory(eagerTaskFactory)
 *   createTask(function* () { return 1 }).done() // true
 *   createTask(() => 1).done() // true
 *   createTask(async () => 1).done() // false
 * })
 */
export const eagerTaskFactory: TaskFactory = createEagerTaskFactory(Task);
