import { Future } from '../future/index.ts';
import { Task, type TaskOptions } from './task.ts';
import type { TaskBody } from './body.ts';

/** The future itself, if it is one; anything else that can be waited for is wrapped in a task. */
export function ensureFuture<T>(awaitable: TaskBody<T>, options?: TaskOptions): Future<T> {
  return awaitable instanceof Future ? (awaitable as Future<T>) : new Task<T>(awaitable, options);
}
