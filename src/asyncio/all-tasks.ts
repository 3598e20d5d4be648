import { allTasks as allTasksOfThread, type Task, tasksOfHost } from '../task/index.ts';
import type { LoopLike } from '../loop/index.ts';
import { EventLoop } from './event-loop.ts';

/**
 * The tasks that are not done, oldest first; last those that start eagerly and are in their first step. Of an
 * EventLoop they are those that belong to it: what it runs, and all that was started from there. Of a Loop, by default
 * this thread's, they are all that run on it. asyncio's `all_tasks`.
 *
 * @example
 * for (const task of allTasks(getRunningLoop())) console.log(task.name)
 */
export function allTasks(loop?: LoopLike): Set<Task> {
  return loop instanceof EventLoop ? new Set(tasksOfHost(loop)) : allTasksOfThread(loop);
}
