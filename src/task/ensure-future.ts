import { Future } from '../future/index.ts';
import type { TaskBody } from './body.ts';
import type { TaskOptions } from './task-options.ts';
import { createTask } from './create-task.ts';

/**
 * The future itself, if it is one; anything else that can be waited for is wrapped in a task, as by `createTask`.
 *
 * @throws InvalidArgumentError for what cannot be waited for
 */
export function ensureFuture<T>(awaitable: TaskBody<T>, options?: TaskOptions): Future<T> {
  return awaitable instanceof Future ? (awaitable as Future<T>) : createTask<T>(awaitable, options);
}
