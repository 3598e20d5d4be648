import { Future, FutureIterator } from '../future/index.ts';
import { type Coroutine, isCoroutine, isGenerator, ownedSteps } from '../coroutine/index.ts';
import { describe, InvalidArgumentError } from '../errors/index.ts';
import { debugProbe, type Loop } from '../loop/index.ts';
import { OperationPromise } from './operation/operation-promise.ts';
import { fromPromise } from './promise-future.ts';
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
 * on; for one that has begun, or belongs to somebody, it is steps that fail. In debug mode a generator does, too.
 */
export function stepsOf<T>(value: unknown): Steps<T> | undefined {
  if (isCoroutine(value)) return value.taken() as Steps<T>;
  if (value instanceof Future || value instanceof OperationPromise)
    return value[Symbol.iterator]() as Steps<T>;
  if (!isGenerator(value)) return undefined;
  return (debugProbe === null ? value : ownedSteps(value)) as Steps<T>;
}

/** Whether it is awaited as it is: everything a task can run but functions. */
export function isAwaitable(value: unknown): value is Awaitable<unknown> {
  return isPromiseLike(value) || isCoroutine(value) || isGenerator(value);
}

/** In debug mode: what a native promise stands for runs already, and cancelling the task does not reach it. */
function warnOfPromise(body: unknown): void {
  if (!(body instanceof Promise) || body instanceof OperationPromise) return;
  process.emitWarning(
    'A task was made of a promise: cancelling the task ends the wait for it, and not what it stands for. ' +
      'Give the async function itself: createTask(() => work())',
    'GreenroomWarning',
  );
}

/** The wait of a task for a promise. Nobody else has the future, so it is given up with the task that never began. */
class PromiseSteps<T> extends FutureIterator<T> {
  override throw(error: unknown): never {
    this.value.cancel();
    throw error;
  }
}

/**
 * A function, to be called in the first step; or, of what runs already, wherever it does, a wait for its end.
 *
 * @throws InvalidArgumentError for what no task can run
 */
export function unsteppedBody<T>(body: TaskBody<T>, loop: Loop): Steps<T> | (() => unknown) {
  if (isPromiseLike(body) && debugProbe !== null) warnOfPromise(body);
  if (isPromiseLike(body)) return new PromiseSteps<T>(fromPromise<T>(body, loop));
  if (typeof body === 'function') return body;
  const given: unknown = body;
  const advice =
    typeof given === 'object' && given !== null && Symbol.asyncIterator in given
      ? '; go through an async generator with `for await` in an async function'
      : '';
  throw new InvalidArgumentError(
    `Expected a coroutine, a generator, an async function or something awaitable, got ${describe(given)}${advice}`,
  );
}
