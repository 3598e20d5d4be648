import { checkDelay, describe, InvalidArgumentError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { type Awaitable, ensureFuture, isAwaitable } from '../task/index.ts';
import type { TimerHandle } from '../loop/index.ts';

/** Wait for all of them. */
export const ALL_COMPLETED = 'ALL_COMPLETED';
/** Wait for the first to be done, however it ends. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** Wait for the first to fail (being cancelled does not count), or for all. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';

export type ReturnWhen = typeof ALL_COMPLETED | typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION;

export interface WaitOptions {
  /** Stop waiting after so many milliseconds; that is no error. Default: never. */
  readonly timeout?: number;
  /** Default `ALL_COMPLETED`. */
  readonly returnWhen?: ReturnWhen;
}

/**
 * Waits until some or all are done; the result is `[done, pending]`, two sets of futures. It cancels
 * nothing, not even when it is cancelled itself or runs into its timeout, and no failure is its own.
 * What is no future yet becomes a task, and the sets hold that task.
 *
 * @throws InvalidArgumentError if there is nothing to wait for
 * @example
 * const [done, pending] = await wait(tasks, { timeout: 1000, returnWhen: FIRST_COMPLETED })
 */
export function wait<F extends Future>(
  futures: Iterable<F>,
  options?: WaitOptions,
): Future<[done: Set<F>, pending: Set<F>]>;
export function wait<T>(
  awaitables: Iterable<Awaitable<T>>,
  options?: WaitOptions,
): Future<[done: Set<Future<T>>, pending: Set<Future<T>>]>;
export function wait(
  awaitables: Iterable<Awaitable<unknown>>,
  options: WaitOptions = {},
): Future<[Set<Future>, Set<Future>]> {
  if (
    isAwaitable(awaitables) ||
    typeof (awaitables as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function'
  ) {
    throw new InvalidArgumentError(
      `Expected a list of futures to wait for, got ${describe(awaitables)}`,
    );
  }
  const different = new Set(awaitables);
  if (different.size === 0)
    throw new InvalidArgumentError('Expected at least one future to wait for, got none');
  const { returnWhen = ALL_COMPLETED, timeout } = options;
  if (
    returnWhen !== ALL_COMPLETED &&
    returnWhen !== FIRST_COMPLETED &&
    returnWhen !== FIRST_EXCEPTION
  ) {
    throw new InvalidArgumentError(
      `Expected \`returnWhen\` to be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, got ${describe(returnWhen)}`,
    );
  }
  if (timeout !== undefined) checkDelay(timeout, 'timeout');
  for (const one of different) {
    if (!isAwaitable(one))
      throw new InvalidArgumentError(
        `Expected futures to wait for, got ${describe(one)} among them`,
      );
  }
  return new Waiting(
    new Set(Array.from(different, (one) => ensureFuture(one))),
    returnWhen,
    timeout,
  );
}

class Waiting extends Future<[Set<Future>, Set<Future>]> {
  readonly #futures: ReadonlySet<Future>;
  readonly #returnWhen: ReturnWhen;
  readonly #done = new Set<Future>();
  readonly #pending = new Set<Future>();
  #timer: TimerHandle | undefined;
  #left: number;
  #read = false;

  constructor(futures: ReadonlySet<Future>, returnWhen: ReturnWhen, timeout: number | undefined) {
    super(([...futures][0] as Future).loop);
    this.#futures = futures;
    this.#returnWhen = returnWhen;
    this.#left = futures.size;
    if (timeout !== undefined) this.#timer = this.loop.callLater(timeout, () => this.#finish());
    for (const future of futures) future.addDoneCallback(this.#onDone);
  }

  /** Whoever waited looks a turn after the wait was over; what was done by then is reported as done, too. */
  override result(): [Set<Future>, Set<Future>] {
    if (!this.#read && this.done() && !this.cancelled()) {
      this.#read = true;
      this.#sort();
    }
    return super.result();
  }

  override cancel(message?: string): boolean {
    this.#release();
    return super.cancel(message);
  }

  readonly #onDone = (future: Future): void => {
    this.#left--;
    if (this.#left === 0 || this.#isEnough(future)) this.#finish();
  };

  #isEnough(future: Future): boolean {
    if (this.#returnWhen === FIRST_COMPLETED) return true;
    return (
      this.#returnWhen === FIRST_EXCEPTION &&
      !future.cancelled() &&
      future.exception() !== undefined
    );
  }

  #finish(): void {
    if (this.done()) return;
    this.#release();
    this.#sort();
    this.setResult([this.#done, this.#pending]);
  }

  #sort(): void {
    this.#done.clear();
    this.#pending.clear();
    for (const future of this.#futures) (future.done() ? this.#done : this.#pending).add(future);
  }

  #release(): void {
    this.#timer?.cancel();
    for (const future of this.#futures) future.removeDoneCallback(this.#onDone);
  }
}
