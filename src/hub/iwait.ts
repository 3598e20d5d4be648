import { type Fiber, type FiberWait, park } from '../kernel/index.ts';
import { checkDelay, checkInteger } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { getLoop, Handle, KIND_STEP } from '../loop/index.ts';
import { checkFutures, type ListOf } from './check-futures.ts';
import { type WaitOptions, withinLimits } from './limited.ts';
import { blockingFiber } from './blocking-fiber.ts';

export interface IwaitOptions extends WaitOptions {
  /** How many to wait for. Default: all. */
  count?: number | undefined;
}

/** Those that have ended and were not handed out yet; who asks for the next one waits for it here. */
class Arrivals<F extends Future> implements FiberWait {
  readonly reason = 'the first of several to end';
  readonly awaited = undefined;
  readonly #arrived: F[] = [];
  readonly #deadline: number | undefined;
  #waiter: Fiber | null = null;

  constructor(deadline: number | undefined) {
    this.#deadline = deadline;
  }

  add(future: F): void {
    // Too late; who asks for the next one may have been busy with other things.
    if (this.#deadline !== undefined && getLoop().time() > this.#deadline) return;
    this.#arrived.push(future);
    if (this.#waiter === null) return;
    getLoop().enqueue(this.#waiter);
    this.#waiter = null;
  }

  get empty(): boolean {
    return this.#arrived.length === 0;
  }

  take(): F {
    return this.#arrived.shift() as F;
  }

  /** Parks `fiber` until something has arrived. */
  wait(fiber: Fiber): void {
    this.#waiter = fiber;
    park(fiber, this);
  }

  cancelAwaited(): boolean {
    return false;
  }

  takeBack(): boolean {
    const waits = this.#waiter !== null;
    this.#waiter = null;
    return waits;
  }
}

/** Waits at one of the futures. */
class Arrival<F extends Future> extends Handle {
  readonly future: F;
  readonly #arrivals: Arrivals<F>;

  constructor(future: F, arrivals: Arrivals<F>) {
    super(KIND_STEP);
    this.future = future;
    this.#arrivals = arrivals;
    future.addWaiter(this);
  }

  run(): void {
    this.#arrivals.add(this.future);
  }

  giveUp(): void {
    if (!this.future.removeWaiter(this)) this.cancel();
  }
}

/**
 * Yields those of `futures` (greenlets, tasks) that have ended, in the order of their ends, and blocks for the next
 * one; it stops after `count`, or when the time is up, which is no error. Leaving the loop early takes the waits
 * back. (gevent's `iwait`.)
 *
 * @example for (const task of iwait(tasks, { timeout: 1000 })) console.log(task.value)
 * @throws InvalidArgumentError for what is no future, or a `count` that is no whole number from 0 up; the signal's
 * reason; BlockingSwitchOutError outside a greenlet
 */
export function* iwait<F extends Future>(
  futures: ListOf<F>,
  options: IwaitOptions = {},
): Generator<F, void, undefined> {
  const { count, timeout, signal } = options;
  const all = checkFutures(futures, 'futures');
  let left = Math.min(count === undefined ? Infinity : checkInteger(count, 'count', 0), all.size);
  const loop = getLoop();
  const deadline = timeout === undefined ? undefined : loop.time() + checkDelay(timeout, 'timeout');
  const arrivals = new Arrivals<F>(deadline);
  const waits = [...all].map((future) => new Arrival(future, arrivals));
  try {
    for (; left > 0; left--) {
      if (arrivals.empty && !waitUntil(deadline, signal, arrivals)) return;
      yield arrivals.take();
    }
  } finally {
    for (const wait of waits) wait.giveUp();
  }
}

/** False when the deadline comes first. */
function waitUntil(
  deadline: number | undefined,
  signal: AbortSignal | undefined,
  arrivals: Arrivals<Future>,
): boolean {
  const fiber = blockingFiber('iwait()');
  const timeout = deadline === undefined ? undefined : Math.max(0, deadline - getLoop().time());
  return withinLimits(fiber, { timeout, signal }, () => arrivals.wait(fiber));
}
