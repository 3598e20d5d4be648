import { AsyncLocalStorage } from 'node:async_hooks';
import { getLoop, type Loop } from '../loop/index.ts';
import type { Task } from './task.ts';

/**
 * Which task the running code belongs to. It is kept in the async context, because an async function goes
 * on from V8's promise jobs, where nothing else tells whose code it is.
 */
export const taskContext: AsyncLocalStorage<Task> = new AsyncLocalStorage();

// Strong references: a task that nobody holds must still run to its end.
const unfinished = new Set<Task>();

export function register(task: Task): void {
  unfinished.add(task);
}

export function unregister(task: Task): void {
  unfinished.delete(task);
}

/** The task whose body is running, or undefined outside of tasks. */
export function currentTask(): Task | undefined {
  const task = taskContext.getStore();
  return task === undefined || task.done() ? undefined : task;
}

/** The tasks of `loop` (default: of this thread) that are not done, oldest first. */
export function allTasks(loop: Loop = getLoop()): Set<Task> {
  const tasks = new Set<Task>();
  for (const task of unfinished) if (task.loop === loop) tasks.add(task);
  return tasks;
}
