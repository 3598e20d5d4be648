import { getLoop, List, type ListedHandle, type Loop, type LoopLike } from '../loop/index.ts';
import type { Task } from './task.ts';

/** What steps a task. */
interface Step extends ListedHandle {
  readonly task: Task;
}

/**
 * The steps of those that are not done. The references are strong: a task that nobody holds must still run to its end.
 * (asyncio holds its tasks weakly, and warns its users.)
 */
export const pending: List<Step> = new List();

/** Those that start eagerly and are in their first step: most of them end in it, and need no place in the list. */
export const beginning: Task[] = [];

/** Whether a task of `loop` is not done. */
export function hasTasks(loop: Loop): boolean {
  for (const { task } of pending) if (task.loop === loop) return true;
  return beginning.some((task) => task.loop === loop);
}

/**
 * The tasks of `loop` (default: of this thread) that are not done, oldest first; last those that start eagerly and are
 * in their first step. Of an EventLoop, all those on the loop that it shares with others: this layer does not know which
 * of them are its own. (asyncio's `all_tasks`.)
 */
export function allTasks({ loop }: LoopLike = getLoop()): Set<Task> {
  const tasks = new Set<Task>();
  for (const { task } of pending) if (task.loop === loop) tasks.add(task);
  for (const task of beginning) if (task.loop === loop) tasks.add(task);
  return tasks;
}
