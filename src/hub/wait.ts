import { checkOptions, describe, InvalidArgumentError, noteWaitSite } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Fiber } from '../kernel/index.ts';
import { type Awaitable, fromPromise, isAwaitable, stepsOf } from '../task/index.ts';
import { awaitFuture } from './await-future.ts';
import { drive } from './drive.ts';
import { limited, type WaitOptions } from './limited.ts';
import { blockingFiber } from './blocking-fiber.ts';

/**
 * Parks the running greenlet until `awaitable` is settled, and returns its value or throws its error: `await` for
 * code that is not `async`. It may be a promise, a Future, a task or greenlet, or a coroutine, which then runs in
 * this greenlet. A timeout or an abort ends the wait, and a coroutine that runs for it, but no task and no promise.
 *
 * @example
 * const response = wait(fetch(url), { timeout: 5000 })
 * const item = wait(queue.get())
 * @throws TimeoutError, the signal's reason, or what the awaitable failed with;
 * BlockingSwitchOutError outside a greenlet; InvalidArgumentError for what cannot be waited for
 */
export function wait<T>(awaitable: Awaitable<T>, options?: WaitOptions): T {
  if (!isAwaitable(awaitable)) throw notAwaitable(awaitable);
  try {
    if (awaitable instanceof Future && awaitable.done()) return awaitable.result() as T;
    const fiber = blockingFiber('wait()');
    return options === undefined ? waitIn(fiber, awaitable) : waitWithin(fiber, awaitable, options);
  } catch (error) {
    noteWaitSite(error, wait);
    throw error;
  }
}

function notAwaitable(value: unknown): InvalidArgumentError {
  const advice = Array.isArray(value)
    ? '; for several at once, `wait(gather(list))` of greenroom/asyncio, or `joinAll(list)` for greenlets'
    : typeof value === 'function'
      ? '; call it, or `spawn` it'
      : '';
  return new InvalidArgumentError(
    `Expected something awaitable (a promise, a Future, a greenlet, a coroutine) for wait(), got ${describe(value)}${advice}`,
  );
}

/** A function of its own, so that a wait without limits keeps no closure's variables while it is parked. */
function waitWithin<T>(fiber: Fiber, awaitable: Awaitable<T>, options: WaitOptions): T {
  checkOptions(options, '{ timeout: 50 }');
  return limited(fiber, options, () => waitIn(fiber, awaitable));
}

function waitIn<T>(fiber: Fiber, awaitable: Awaitable<T>): T {
  if (awaitable instanceof Future) return awaitFuture<T>(awaitable, fiber);
  const steps = stepsOf<T>(awaitable);
  return steps === undefined
    ? awaitPromise(awaitable as PromiseLike<T>, fiber)
    : drive(steps, fiber);
}

function awaitPromise<T>(promise: PromiseLike<T>, fiber: Fiber): T {
  const future = fromPromise(promise);
  try {
    return awaitFuture(future, fiber, 'a promise');
  } finally {
    // Nobody will ask for what comes after the wait was given up.
    if (!future.done()) future.cancel();
  }
}
