import { checkDelay, describe, InvalidArgumentError, TimeoutError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Fiber } from '../greenlet/fiber.ts';
import { getLoop } from '../loop/index.ts';
import { type Wait, blockingFiber, giveUp, park } from './park.ts';

export interface WaitOptions {
  /** Milliseconds after which to give up with a TimeoutError. Default: never. */
  timeout?: number | undefined;
  /** Gives up with the signal's reason when it aborts. */
  signal?: AbortSignal | undefined;
}

class FutureWait implements Wait {
  readonly #future: Future<unknown>;

  constructor(future: Future<unknown>) {
    this.#future = future;
  }

  get reason(): string {
    const name = (this.#future as { name?: unknown }).name;
    return typeof name === 'string' ? `the end of ${name}` : `a ${this.#future.constructor.name}`;
  }

  cancelWait(fiber: Fiber): boolean {
    return this.#future.removeWaiter(fiber);
  }
}

class PromiseWait implements Wait {
  readonly reason = 'a promise';
  #value: unknown = undefined;
  #failed = false;
  #open = true;
  readonly #fiber: Fiber;

  constructor(promise: PromiseLike<unknown>, fiber: Fiber) {
    this.#fiber = fiber;
    promise.then(
      (value) => this.#settle(value, false),
      (error: unknown) => this.#settle(error, true),
    );
  }

  #settle(value: unknown, failed: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#value = value;
    this.#failed = failed;
    getLoop().enqueue(this.#fiber);
  }

  result(): unknown {
    if (this.#failed) throw this.#value;
    return this.#value;
  }

  cancelWait(): boolean {
    const open = this.#open;
    this.#open = false;
    return open;
  }
}

/**
 * Parks the running greenlet until `awaitable` is settled, and returns its
 * value or throws its error: `await` for code that is not `async`. A timeout or
 * an abort ends the wait, not what is waited for.
 *
 * @example const response = wait(fetch(url), { timeout: 5000 })
 * @throws TimeoutError, the signal's reason, or what the awaitable failed with;
 * BlockingSwitchOutError outside a greenlet
 */
export function wait<T>(awaitable: PromiseLike<T> | Future<T>, options?: WaitOptions): T {
  const future = awaitable instanceof Future;
  if (!future && typeof (awaitable as Partial<PromiseLike<T>> | null)?.then !== 'function') {
    throw new InvalidArgumentError(
      `Expected something awaitable (a promise, a Future, a greenlet) for wait(), got ${describe(awaitable)}`,
    );
  }
  const fiber = blockingFiber('wait()');
  if (future && awaitable.done()) return awaitable.result();
  const on = future ? new FutureWait(awaitable) : new PromiseWait(awaitable, fiber);
  const release = options === undefined ? undefined : limit(fiber, on, options);
  try {
    if (future) awaitable.addWaiter(fiber);
    park(fiber, on);
  } finally {
    release?.();
  }
  return (future ? awaitable : (on as PromiseWait)).result() as T;
}

/** Arms the timeout and the signal of a wait that is about to begin. */
function limit(fiber: Fiber, on: Wait, { timeout, signal }: WaitOptions): () => void {
  signal?.throwIfAborted();
  const timer =
    timeout === undefined
      ? undefined
      : getLoop().callLater(checkDelay(timeout, 'timeout'), () => {
          giveUp(fiber, on, new TimeoutError(`Nothing came within ${timeout} ms`));
        });
  const abort = (): void => {
    giveUp(fiber, on, signal?.reason);
  };
  signal?.addEventListener('abort', abort, { once: true });
  return () => {
    timer?.cancel();
    signal?.removeEventListener('abort', abort);
  };
}
