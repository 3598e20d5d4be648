import { Future } from '../future/index.ts';
import { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';
import type { TaskBody } from './body.ts';

/** The future itself, if it is one; anything else that can be waited for is wrapped in a task. */
export function ensureFuture<T>(awaitable: TaskBody<T>, options?: TaskOptions): Future<T> {
  return awaitable instanceof Future ? (awaitable as Future<T>) : new Task<T>(awaitable, options);
}
