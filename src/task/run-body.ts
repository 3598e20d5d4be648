import type { Future } from '../future/index.ts';
import { type Awaitable, stepsOf } from './body.ts';
import { BodyPromise } from './body-promise.ts';
import { awaiterStorage } from '../kernel/index.ts';
import type { Cancellable } from './cancellable.ts';
import { fromPromise } from './promise-future.ts';
import { isPromiseLike } from './promise-like.ts';
import { Task } from './task.ts';

/** A function that an operation runs as a part of whoever waits for the operation. */
export type Body<A extends unknown[], T> = (...args: A) => Awaitable<T> | T;

/**
 * Runs `body(...args)` as a part of `performer`, whose step this is: no task is made. A generator is delegated to;
 * an async function runs in the task, so that what it awaits is cancelled with the task; a plain function, which
 * in a greenlet may block, has ended when it returns.
 *
 * An async function that a greenlet runs cannot be reached: a cancellation ends the wait for it, not the function.
 */
export function* runBody<A extends unknown[], T>(
  performer: Cancellable,
  body: Body<A, T>,
  ...args: A
): Generator<Future | undefined, T, unknown> {
  const task = performer instanceof Task ? performer : undefined;
  const made = task === undefined ? body(...args) : awaiterStorage.run(task, body, ...args);
  const steps = stepsOf<T>(made);
  if (steps !== undefined) return yield* steps as Generator<Future | undefined, T, unknown>;
  if (!isPromiseLike(made)) return made as T;
  const promise = made;
  if (task === undefined) return yield* fromPromise(promise);
  return yield* new BodyPromise<T>(promise, task.loop);
}
