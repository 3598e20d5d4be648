import type { WaitReason } from '../kernel/index.ts';
import { Future } from '../future/index.ts';
import { checkTime, getLoop } from '../loop/index.ts';
import { abortable, forCaller, operation, type Operation } from '../task/index.ts';

export interface SleepOptions {
  /** Ends the sleep when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits `ms` milliseconds; its result is `result`. `sleep(0)`, or less, lets everything that is ready run once. The
 * time begins when it is waited for. Cancelling it drops its timer. asyncio's `sleep`.
 *
 * `sleep(Infinity)` waits until it is cancelled. It keeps the process alive no more than any other wait for what
 * nobody is going to do: where it is all that is left, `run` fails with a DeadlockError.
 *
 * @throws InvalidArgumentError if `ms` is NaN or no number
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
  return forCaller(checkTime(ms, 'ms') <= 0 ? oneTurn(result, signal) : pause(ms, result, signal));
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
  const woken: Future<void> = ms === Infinity ? new EndlessSleep(loop) : new Future(loop);
  const timer = loop.callLater(ms, wake, woken);
  try {
    yield* abortable(woken, signal);
  } finally {
    timer.cancel();
  }
  return result;
});

/** What the report of a deadlock shows; other sleeps end, and are in none. */
class EndlessSleep extends Future<void> {
  override get waitReason(): WaitReason {
    return 'sleep(Infinity)';
  }
}

function wake(sleeper: Future<void>): void {
  if (!sleeper.done()) sleeper.setResult();
}
