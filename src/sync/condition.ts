import { GeneratorExit } from '../coroutine/index.ts';
import {
  checkFunction,
  checkInteger,
  describe,
  InvalidArgumentError,
  InvalidStateError,
} from '../errors/index.ts';
import { type Future, WaitQueue } from '../future/index.ts';
import { LoopExit } from '../hub/index.ts';
import { forCaller, operation, type Operation, unscoped } from '../task/index.ts';
import type { Hold } from './hold.ts';
import { Lock } from './lock.ts';
import type { SignalOptions } from './signal-options.ts';

/**
 * To wait, holding a lock, for something that others change while they hold it. Semantics: asyncio's `Condition`, as of
 * Python 3.13.
 *
 * Invariants:
 * - Whoever comes back from `wait`, also with an error, holds the lock again.
 * - A notification reaches somebody who can use it: one who leaves with an error notifies the next, whether it had
 *   been notified or not, as in asyncio. So `wait` may return though what was waited for is not so, or not any more:
 *   look again, as `waitFor` does.
 *
 * @example
 * const condition = new Condition()
 * await condition.acquire()
 * try {
 *   await condition.waitFor(() => letters.length > 0)
 *   read(letters.shift())
 * } finally {
 *   condition.release()
 * }
 */
export class Condition {
  readonly #lock: Lock;
  readonly #waiters = new WaitQueue('a condition');

  /** @throws InvalidArgumentError if `lock` is not a Lock */
  constructor(lock: Lock = new Lock()) {
    if (!(lock instanceof Lock))
      throw new InvalidArgumentError(`Expected \`lock\` to be a Lock, got ${describe(lock)}`);
    this.#lock = lock;
  }

  /** Whether its lock is held. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Acquires its lock. */
  acquire(options?: SignalOptions): Operation<true> {
    return this.#lock.acquire(options);
  }

  /** Acquires its lock, for `using`. */
  hold(options?: SignalOptions): Operation<Hold> {
    return this.#lock.hold(options);
  }

  /** Releases its lock. */
  release(): void {
    this.#lock.release();
  }

  /**
   * Releases the lock, waits for a notification, and acquires the lock again, however the wait ended. Its result is
   * `true`.
   *
   * @throws InvalidStateError if the lock is not held
   */
  wait(options?: SignalOptions): Operation<true> {
    return forCaller(Condition.#wait.call(this, options?.signal));
  }

  /**
   * Waits until `predicate` returns something true, which is its result. It is called while the lock is held: at
   * once, and after each notification.
   *
   * @throws InvalidStateError if the lock is not held
   */
  waitFor<T>(predicate: () => T, options?: SignalOptions): Operation<T> {
    checkFunction(predicate, 'predicate');
    return forCaller(Condition.#waitFor.call(this, predicate, options?.signal) as Operation<T>);
  }

  /**
   * Wakes the `n` that have waited longest, or all if there are fewer. They go on when they get the lock, so release
   * it soon.
   *
   * @throws InvalidStateError if the lock is not held
   */
  notify(n: number = 1): void {
    checkInteger(n, 'n', 0);
    this.#refuseIfFree('notify');
    for (let i = 0; i < n && this.#waiters.wakeOne(); i++);
  }

  /**
   * Wakes all who wait.
   *
   * @throws InvalidStateError if the lock is not held
   */
  notifyAll(): void {
    this.#refuseIfFree('notifyAll');
    this.#waiters.wakeAll();
  }

  #refuseIfFree(what: string): void {
    if (this.#lock.locked()) return;
    throw new InvalidStateError(
      `Cannot call \`${what}\` on a condition whose lock nobody holds; acquire it first`,
    );
  }

  static readonly #wait = operation(function* (this: Condition, signal: AbortSignal | undefined) {
    this.#refuseIfFree('wait');
    signal?.throwIfAborted();
    // By hand, because one that was killed stays in the queue until it has the lock: if it is notified meanwhile, it
    // passes that on.
    const waiter = this.#waiters.join(signal);
    let returns = false;
    this.#lock.release();
    try {
      try {
        yield waiter;
      } finally {
        yield* unscoped(reacquire(this.#lock));
      }
      returns = true;
    } finally {
      this.#waiters.left(waiter, true);
      if (!returns) this.#waiters.wakeOne();
    }
    return true as const;
  });

  static readonly #waitFor = operation(function* (
    this: Condition,
    predicate: () => unknown,
    signal: AbortSignal | undefined,
  ) {
    this.#refuseIfFree('waitFor');
    for (;;) {
      const result = predicate();
      if (result) return result;
      yield* Condition.#wait.call(this, signal);
    }
  });
}

/**
 * Waits for the lock through any number of cancellations; raises the last of them when it has the lock. Only two
 * errors leave without it, since waiting on would be in vain: nothing can run any more, or the generator is closed.
 */
function* reacquire(lock: Lock): Generator<Future | undefined, void, unknown> {
  let raised: { error: unknown } | undefined;
  for (;;) {
    try {
      yield* lock.acquire();
      break;
    } catch (error) {
      if (error instanceof LoopExit || error instanceof GeneratorExit) throw error;
      raised = { error };
    }
  }
  if (raised !== undefined) throw raised.error;
}
