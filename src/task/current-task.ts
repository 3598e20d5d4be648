import { AsyncLocalStorage } from 'node:async_hooks';
import { setAwaiterLookup } from '../future/index.ts';
import type { Cancellable } from './cancellable.ts';
import type { Task } from './task.ts';

/**
 * The task that an async function belongs to. It is kept in the async context, because the function goes on from
 * V8's promise jobs, where nothing else tells whose code it is.
 */
export const taskStorage: AsyncLocalStorage<Task | undefined> = new AsyncLocalStorage();

/** The task whose step runs now, on the stack that runs it. */
let stepping: Cancellable | undefined;

/** Notes that a step of `task` begins, or with undefined that none is under way; returns what was noted before. */
export function setStepping(task: Cancellable | undefined): Cancellable | undefined {
  const before = stepping;
  stepping = task;
  return before;
}

let runningFiber: () => object | undefined = () => undefined;

/** Says how to find the fiber that runs (undefined on the main stack); the layer of greenlets does, which this one does not know. */
export function setFiberLookup(lookup: () => object | undefined): void {
  runningFiber = lookup;
}

export function currentFiber(): object | undefined {
  return runningFiber();
}

/** Whether the running code waits with `yield*` or `wait()`. If not, it is an async function's, or nobody's. */
export function isStepped(): boolean {
  return stepping !== undefined || runningFiber() !== undefined;
}

let runningGreenlet: () => Cancellable | undefined = () => undefined;

/** Says how to find the greenlet that runs; the hub does, which this layer does not know. */
export function setGreenletLookup(lookup: () => Cancellable | undefined): void {
  runningGreenlet = lookup;
}

/**
 * Whose code runs, though it may be over: what it left behind, as a timer's callback, is still its.
 */
export function codeOwner(): Cancellable | undefined {
  return stepping ?? runningGreenlet() ?? taskStorage.getStore();
}

/**
 * The task whose code runs, or the spawned greenlet, or undefined outside of them. (asyncio's `current_task`.)
 *
 * @example
 * await run(async () => currentTask()!.name) // 'Task-1'
 */
export function currentTask(): Cancellable | undefined {
  const task = codeOwner();
  return task === undefined || task.done() ? undefined : task;
}

let rooted = false;

/** @internal Notes that there is a root, and returns it. */
export function noteRoot<C extends Cancellable>(root: C): C {
  rooted = true;
  return root;
}

/** @internal The root of the running code's task. Nothing is looked for before there are roots: many never have any. */
export function currentRoot(): Cancellable | undefined {
  return rooted ? currentTask()?.root : undefined;
}

/**
 * Calls `fn` in the async context of no task: what is started there, and does not wait as a part of the running
 * task, is not reached when that is cancelled.
 */
export function outsideTasks<T>(fn: () => T): T {
  return taskStorage.getStore() === undefined ? fn() : taskStorage.run(undefined, fn);
}

// Only what is awaited in the async context of a task is the task's: what a generator does with promises, while it
// runs a step, is its own affair, because it waits with `yield*`.
setAwaiterLookup(() => taskStorage.getStore());
