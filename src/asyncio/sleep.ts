import { checkDelay } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { CallbackHandle, getLoop, type TimerHandle } from '../loop/index.ts';
import { PromptFuture } from '../task/index.ts';

/**
 * Done after `ms` milliseconds, with `result`. `sleep(0)` lets everything that is ready run once.
 * Cancelling it drops its timer.
 *
 * @throws InvalidArgumentError if `ms` is not a finite number from 0 up
 * @example
 * await sleep(1000) // in an async function; `yield* sleep(1000)` in a coroutine
 */
export function sleep(ms: number): Future<void>;
export function sleep<T>(ms: number, result: T): Future<T>;
export function sleep<T>(ms: number, result?: T): Future<T | undefined> {
  return checkDelay(ms, 'ms') === 0 ? new OneTurn(result) : new Sleep(ms, result);
}

class Sleep<T> extends Future<T> {
  readonly #timer: TimerHandle;

  constructor(ms: number, result: T) {
    super(getLoop());
    this.#timer = this.loop.callLater(ms, wake, this, result);
  }

  override cancel(message?: string): boolean {
    this.#timer.cancel();
    return super.cancel(message);
  }
}

function wake(sleeper: Sleep<unknown>, result: unknown): void {
  if (!sleeper.done()) sleeper.setResult(result);
}

class OneTurn<T> extends PromptFuture<T> {
  constructor(result: T) {
    super(getLoop());
    this.loop.enqueue(new CallbackHandle(() => this.#wake(result), []));
  }

  #wake(result: T): void {
    if (!this.done()) this.promptly(() => this.setResult(result));
  }
}
