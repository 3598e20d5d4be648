import {
  type Future,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  InnerFuture,
} from '../future/index.ts';
import { describe, InvalidArgumentError } from '../errors/index.ts';
import { checkTime, getLoop } from '../loop/index.ts';
import {
  abortable,
  type Awaitable,
  currentTask,
  ensureFuture,
  isAwaitable,
  operation,
  type Operation,
} from '../task/index.ts';

/** Wait for all of them. */
export const ALL_COMPLETED = 'ALL_COMPLETED';
/** Wait for the first to be done, however it ends. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** Wait for the first to fail (being cancelled does not count), or for all. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';

export type ReturnWhen = typeof ALL_COMPLETED | typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION;

export interface WaitOptions {
  /** Stop waiting after so many milliseconds, in the next turn for 0 or less; that is no error. Default: never. */
  readonly timeout?: number | undefined;
  /** Default `ALL_COMPLETED`. */
  readonly returnWhen?: ReturnWhen | undefined;
  /** Ends the wait, and nothing else, when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until some or all are done; the result is `[done, pending]`, two sets of futures, in the order they were
 * given in. It cancels nothing, not even when it is cancelled itself or runs into its timeout, and no failure is its
 * own. What is no future yet becomes a task at once, and the sets hold that task; given twice, it is there once.
 *
 * @throws InvalidArgumentError if there is nothing to wait for
 * @example
 * const [done, pending] = await wait(tasks, { timeout: 1000, returnWhen: FIRST_COMPLETED })
 */
export function wait<F extends Future>(
  futures: Iterable<F>,
  options?: WaitOptions,
): Operation<[done: Set<F>, pending: Set<F>]>;
export function wait<T>(
  awaitables: Iterable<Awaitable<T>>,
  options?: WaitOptions,
): Operation<[done: Set<Future<T>>, pending: Set<Future<T>>]>;
export function wait(
  awaitables: Iterable<Awaitable<unknown>>,
  options: WaitOptions = {},
): Operation<[Set<Future>, Set<Future>]> {
  const { returnWhen = ALL_COMPLETED, timeout, signal } = options;
  if (
    returnWhen !== ALL_COMPLETED &&
    returnWhen !== FIRST_COMPLETED &&
    returnWhen !== FIRST_EXCEPTION
  ) {
    throw new InvalidArgumentError(
      `Expected \`returnWhen\` to be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, got ${describe(returnWhen)}`,
    );
  }
  if (timeout !== undefined) checkTime(timeout, 'timeout');
  const futures = futuresOf(awaitables);
  if (futures.size === 0)
    throw new InvalidArgumentError('Expected at least one future to wait for, got none');
  return waiting(futures, returnWhen, timeout, signal);
}

/**
 * The different things to wait for, each as a future.
 *
 * @throws InvalidArgumentError if it is no list, or one of them cannot be waited for
 */
export function futuresOf(awaitables: Iterable<Awaitable<unknown>>): Set<Future> {
  if (
    isAwaitable(awaitables) ||
    typeof (awaitables as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function'
  ) {
    throw new InvalidArgumentError(
      `Expected a list of futures to wait for, got ${describe(awaitables)}`,
    );
  }
  const different = new Set(awaitables);
  for (const one of different) {
    if (!isAwaitable(one))
      throw new InvalidArgumentError(
        `Expected futures to wait for, got ${describe(one)} among them`,
      );
  }
  return new Set(Array.from(different, (one) => ensureFuture(one)));
}

const waiting = operation(function* (
  futures: ReadonlySet<Future>,
  returnWhen: ReturnWhen,
  timeout: number | undefined,
  signal: AbortSignal | undefined,
): Generator<Future, [Set<Future>, Set<Future>], unknown> {
  const loop = getLoop();
  const reason =
    returnWhen === FIRST_COMPLETED ? 'the first of several to end' : 'all of several to end';
  const enough = new InnerFuture(reason, loop, futures);
  const stop = (): void => {
    if (!enough.done()) enough.setResult();
  };
  let left = futures.size;
  const onDone = (future: Future): void => {
    left--;
    if (left === 0 || isEnough(future, returnWhen)) stop();
  };
  const timer = timeout === undefined ? undefined : loop.callLater(timeout, stop);
  const performer = currentTask();
  for (const future of futures) {
    future.addDoneCallback(onDone);
    if (performer !== undefined) futureAddToAwaitedBy(future, performer);
  }
  try {
    yield* abortable(enough, signal);
  } finally {
    timer?.cancel();
    for (const future of futures) {
      future.removeDoneCallback(onDone);
      if (performer !== undefined) futureDiscardFromAwaitedBy(future, performer);
    }
  }
  const done = new Set<Future>();
  const pending = new Set<Future>();
  // Whoever waited goes on a turn after the wait was over; what was done by then is done, too.
  for (const future of futures) (future.done() ? done : pending).add(future);
  return [done, pending];
});

function isEnough(future: Future, returnWhen: ReturnWhen): boolean {
  if (returnWhen === FIRST_COMPLETED) return true;
  return returnWhen === FIRST_EXCEPTION && !future.cancelled() && future.exception() !== undefined;
}
