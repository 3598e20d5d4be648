import { type Coroutine, isCoroutine, isGenerator } from '../coroutine/index.ts';
import { describe, InvalidArgumentError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { OperationPromise } from './operation-promise.ts';
import { isPromiseLike } from './promise-like.ts';

/** What can be waited for: a future or any promise, and what a task can drive to a result. */
export type Awaitable<T> =
  | PromiseLike<T>
  | Coroutine<unknown, T, unknown>
  | Generator<unknown, T, unknown>;

/**
 * What a task runs. A function is called in the task's first step, inside the task. An async function that
 * is to be cancelled has to be given like this, as `hello` or `() => hello('world')`: calling it starts it,
 * and what has been started outside is only waited for.
 */
export type TaskBody<T> = Awaitable<T> | (() => Awaitable<T> | T);

/** What `yield*` drives; a generator, a Coroutine's frame and a Future's iterator are such. */
export interface Steps<T> {
  next(value?: unknown): IteratorResult<unknown, T>;
  throw(error: unknown): IteratorResult<unknown, T>;
}

/** Whether it is something to step through: a future or a coroutine, but no foreign promise. */
export function hasSteps(value: unknown): boolean {
  return value instanceof Future || isCoroutine(value) || isGenerator(value);
}

/**
 * The iterator to step through, if `value` is something of that kind. A coroutine belongs to whoever asks, from then
 * on; for one that has begun, or belongs to somebody, it is steps that fail.
 */
export function stepsOf<T>(value: unknown): Steps<T> | undefined {
  if (isCoroutine(value)) return value.taken() as Steps<T>;
  if (value instanceof Future || value instanceof OperationPromise)
    return value[Symbol.iterator]() as Steps<T>;
  if (isGenerator(value)) return value as Steps<T>;
  return undefined;
}

/** Whether it is awaited as it is: everything a task can run but functions. */
export function isAwaitable(value: unknown): value is Awaitable<unknown> {
  return isPromiseLike(value) || isCoroutine(value) || isGenerator(value);
}

/** @throws InvalidArgumentError for what no task can run */
export function checkBody(body: unknown): void {
  if (typeof body === 'function' || isAwaitable(body)) return;
  const advice =
    typeof body === 'object' && body !== null && Symbol.asyncIterator in body
      ? '; go through an async generator with `for await` in an async function'
      : '';
  throw new InvalidArgumentError(
    `Expected a coroutine, a generator, an async function or something awaitable, got ${describe(body)}${advice}`,
  );
}
