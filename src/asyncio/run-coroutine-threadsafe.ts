import type { Task, TaskBody } from '../task/index.ts';
import type { EventLoop } from './event-loop.ts';

/**
 * Starts a task on `eventLoop` from code that does not belong to it, such as a callback of Node's or of an addon. From
 * another thread it is `connectLoop(port).runCoroutineThreadsafe(name, …)`, because functions cannot travel. (asyncio's
 * `run_coroutine_threadsafe`.)
 */
export function runCoroutineThreadsafe<T>(body: TaskBody<T>, eventLoop: EventLoop): Task<T> {
  return eventLoop.createTask(body);
}
