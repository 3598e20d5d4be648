import { checkDelay } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { getLoop } from '../loop/index.ts';
import { abortable, forCaller, type Operation, operation } from '../task/index.ts';

export interface SleepOptions {
  /** Ends the sleep when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits `ms` milliseconds; its result is `result`. `sleep(0)` lets everything that is ready run once. The time
 * begins when it is waited for. Cancelling it drops its timer.
 *
 * @throws InvalidArgumentError if `ms` is not a finite number from 0 up
 * @example
 * await sleep(1000) // in an async function; `yield* sleep(1000)` in a coroutine
 */
export function sleep(ms: number): Operation<void>;
export function sleep<T>(ms: number, result: T, options?: SleepOptions): Operation<T>;
export function sleep<T>(
  ms: number,
  result?: T,
  { signal }: SleepOptions = {},
): Operation<T | undefined> {
  return forCaller(
    checkDelay(ms, 'ms') === 0 ? oneTurn(result, signal) : pause(ms, result, signal),
  );
}

const oneTurn = operation(function* <T>(
  result: T,
  signal: AbortSignal | undefined,
): Generator<undefined, T, unknown> {
  signal?.throwIfAborted();
  yield undefined;
  return result;
});

const pause = operation(function* <T>(
  ms: number,
  result: T,
  signal: AbortSignal | undefined,
): Generator<Future, T, unknown> {
  const loop = getLoop();
  const woken = new Future<void>(loop);
  const timer = loop.callLater(ms, wake, woken);
  try {
    yield* abortable(woken, signal);
  } finally {
    timer.cancel();
  }
  return result;
});

function wake(sleeper: Future<void>): void {
  if (!sleeper.done()) sleeper.setResult();
}
