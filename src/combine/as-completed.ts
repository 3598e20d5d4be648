import {
  type Awaitable,
  type Cancellable,
  currentTask,
  type Operation,
  operation,
} from '../task/index.ts';
import { forgetWait, type Future, type NotedWait, noteWait, WaitQueue } from '../future/index.ts';
import { TimeoutError } from '../errors/index.ts';
import { checkTime, getLoop, type TimerHandle } from '../loop/index.ts';
import { futuresOf } from './wait.ts';

export interface AsCompletedOptions {
  /** Milliseconds after which what is not done yet is waited for no longer: TimeoutError. Default: never. */
  readonly timeout?: number | undefined;
  /** Ends the waiting when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Goes through things in the order in which they get done. It cancels nothing; given twice, a thing comes once.
 *
 * - `for await` (in async functions) gives the futures themselves, done: what is no future becomes a task.
 * - `for` gives operations: the n-th one waits for the n-th result. It works in all three styles.
 *
 * Leaving the loop and beginning another one goes on where the first one stopped. asyncio's `as_completed`.
 *
 * @throws TimeoutError from each wait that is left, when the time is over
 * @example
 * for await (const task of asCompleted(tasks)) console.log(task.name, task.result())
 * for (const next of asCompleted(tasks)) console.log(yield* next)
 */
export function asCompleted<F extends Future>(
  futures: Iterable<F>,
  options?: AsCompletedOptions,
): AsCompleted<F extends Future<infer T> ? T : never, F>;
export function asCompleted<T>(
  awaitables: Iterable<Awaitable<T>>,
  options?: AsCompletedOptions,
): AsCompleted<T, Future<T>>;
export function asCompleted(
  awaitables: Iterable<Awaitable<unknown>>,
  options: AsCompletedOptions = {},
): AsCompleted<unknown, Future> {
  if (options.timeout !== undefined) checkTime(options.timeout, 'timeout');
  return new Completions(futuresOf(awaitables), options);
}

/**
 * A future that `for await` hands over. TypeScript believes that whatever has a `then` is awaited on the way, which is
 * so in async generators, and not so here: hiding `then` is what tells it. To get the result, ask for `result()`.
 */
export type Finished<F extends Future> = F & { readonly then: never };

/** What `asCompleted` returns: results of type `T`, of futures of type `F`. */
export interface AsCompleted<T, F extends Future = Future> {
  [Symbol.iterator](): Iterator<Operation<T>, undefined, unknown>;
  [Symbol.asyncIterator](): AsyncIterator<Finished<F>, undefined, unknown>;
}

class Completions implements AsCompleted<unknown>, NotedWait {
  /** Those that are not done. */
  readonly #todo: Set<Future>;
  /** Those that are done, and have not been given to anybody. */
  readonly #done: Future[] = [];
  /** Each of those who wait for the next one. */
  readonly #waiters = new WaitQueue('the next of several to end', () => this.#wakeNext());
  readonly #signal: AbortSignal | undefined;
  /** Whoever waits for the next one. */
  waiter: Cancellable | undefined;
  #timer: TimerHandle | undefined;
  #timedOut = false;
  /** How many have not been asked for. */
  #left: number;

  constructor(futures: Set<Future>, { timeout, signal }: AsCompletedOptions) {
    this.#todo = futures;
    this.#left = futures.size;
    this.#signal = signal;
    for (const future of futures) {
      future.addDoneCallback(this.#onDone);
      noteWait(future, this);
    }
    if (timeout !== undefined && this.#left > 0)
      this.#timer = getLoop().callLater(timeout, this.#onTimeout);
  }

  // Neither iterator has a `return`: leaving a loop early ends nothing.

  [Symbol.iterator](): Iterator<Operation<unknown>, undefined, unknown> {
    return {
      next: () => {
        if (this.#left === 0) return { done: true, value: undefined };
        this.#left--;
        return { done: false, value: Completions.#nextResult.call(this) };
      },
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<Finished<Future>, undefined, unknown> {
    return {
      next: async () => {
        if (this.#left === 0) return { done: true, value: undefined };
        this.#left--;
        return Completions.#nextFuture.call(this);
      },
    };
  }

  static readonly #nextResult = operation(function* (
    this: Completions,
  ): Generator<Future, unknown, unknown> {
    const future = yield* this.#next();
    return future.result();
  });

  /** In a box: a future that is the value of an `await` would be awaited itself. */
  static readonly #nextFuture = operation(function* (
    this: Completions,
  ): Generator<Future, IteratorYieldResult<Finished<Future>>, unknown> {
    return { done: false, value: (yield* this.#next()) as Finished<Future> };
  });

  *#next(): Generator<Future, Future, unknown> {
    while (this.#done.length === 0) {
      if (this.#timedOut) throw new TimeoutError();
      this.waiter = currentTask();
      try {
        yield* this.#waiters.wait(this.#signal);
      } finally {
        this.waiter = undefined;
      }
    }
    return this.#done.shift() as Future;
  }

  #wakeNext(): void {
    if (this.#done.length > 0) this.#waiters.wakeOne(undefined);
  }

  #forget(future: Future): void {
    this.#todo.delete(future);
    forgetWait(future, this);
  }

  readonly #onDone = (future: Future): void => {
    // Its news was under way when the time was over.
    if (this.#timedOut) return;
    this.#forget(future);
    this.#done.push(future);
    this.#wakeNext();
    if (this.#todo.size === 0) this.#timer?.cancel();
  };

  readonly #onTimeout = (): void => {
    this.#timedOut = true;
    for (const future of this.#todo) {
      future.removeDoneCallback(this.#onDone);
      this.#forget(future);
    }
    this.#waiters.wakeAll(undefined);
  };
}
