/**
 * The register of who runs. Three entries answer the question, in this order:
 *
 *  1. `stepping`: the owner whose step runs on the running stack. `runStep` and operations set it; a fiber that parks
 *     clears it, because the code that runs next belongs to somebody else.
 *  2. The owner of the running fiber (fiber.ts): a spawned greenlet.
 *  3. The owner in the async context. An async function goes on from V8's promise jobs, where nothing else tells whose
 *     code it is.
 *
 * Nothing else in the library notes who runs.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { currentFiber, runningFiber } from './fiber.ts';
import type { Awaiter, Owner } from './owner.ts';

/** The owner of the async function that runs, or whose promise jobs run. */
export const awaiterStorage: AsyncLocalStorage<Awaiter | undefined> = new AsyncLocalStorage();

let stepping: Owner | undefined;

/** Notes that a step of `owner` begins, or with undefined that none is under way; returns what was noted before. */
export function setStepping(owner: Owner | undefined): Owner | undefined {
  const before = stepping;
  stepping = owner;
  return before;
}

/** Whether the running code waits with `yield*` or `wait()`. If not, it is an async function's, or has no owner. */
export function isStepped(): boolean {
  return stepping !== undefined || runningFiber() !== undefined;
}

/** Whose code runs, even if the owner has ended: a timer's callback that it left behind still belongs to it. */
export function runningOwner(): Owner | undefined {
  return stepping ?? currentFiber().owner ?? awaiterStorage.getStore();
}

/**
 * The owner that a wait which begins here is reported to. Only what is awaited in the async context of a task is the
 * task's: what a generator does with promises, while it runs a step, is its own affair.
 */
export function currentAwaiter(): Awaiter | undefined {
  return awaiterStorage.getStore();
}

/**
 * Calls `fn` in the async context of no owner: what is started there, and does not wait as a part of the running
 * task, is not reached when that is cancelled.
 */
export function outsideOwners<T>(fn: () => T): T {
  return awaiterStorage.getStore() === undefined ? fn() : awaiterStorage.run(undefined, fn);
}
