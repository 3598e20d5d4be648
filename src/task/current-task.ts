import { AsyncLocalStorage } from 'node:async_hooks';
import { setAwaiterLookup } from '../future/index.ts';
import type { Task } from './task.ts';

/**
 * The task that an async function belongs to. It is kept in the async context, because the function goes on from
 * V8's promise jobs, where nothing else tells whose code it is.
 */
export const taskStorage: AsyncLocalStorage<Task | undefined> = new AsyncLocalStorage();

/** The task whose step runs now, on the stack that runs it. */
let stepping: Task | undefined;

/** Notes that a step of `task` begins, or with undefined that none is under way; returns what was noted before. */
export function setStepping(task: Task | undefined): Task | undefined {
  const before = stepping;
  stepping = task;
  return before;
}

/**
 * The task whose code runs, or undefined outside of tasks. (asyncio's `current_task`.)
 *
 * @example
 * await run(async () => currentTask()!.name) // 'Task-1'
 */
export function currentTask(): Task | undefined {
  const task = stepping ?? taskStorage.getStore();
  return task === undefined || task.done() ? undefined : task;
}

// Only what is awaited in the async context of a task is the task's: what a generator does with promises, while it
// runs a step, is its own affair, because it waits with `yield*`.
setAwaiterLookup(() => taskStorage.getStore());
