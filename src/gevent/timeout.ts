import { type Fiber, forgetLimit, type Interruption, limitWait } from '../kernel/index.ts';
import {
  checkDelay,
  checkFunction,
  errorOf,
  InvalidStateError,
  TimeoutError,
} from '../errors/index.ts';
import { blockingFiber } from '../hub/index.ts';
import { getLoop, type Handle } from '../loop/index.ts';

/** What is raised when the time is up: `false` for the timeout itself, which `Timeout.run` then keeps to itself. */
export type TimeoutRaised = false | string | Error | (new () => Error);

/**
 * Raises itself (or another error) in the greenlet that started it, where it waits, when its time is up. Code that
 * computes without ever waiting is not interrupted.
 *
 * Timeouts may be nested; each is an object of its own, so compare it to know whose time was up. One that was cancelled
 * never raises, even if its time was up but what it interrupted has not gone on yet.
 *
 * Source: gevent's `Timeout`. A `catch` that catches everything catches this, too: JavaScript has no BaseException.
 *
 * @example
 * const timeout = Timeout.startNew(500)
 * try {
 *   return wait(fetch(url))
 * } catch (error) {
 *   if (error !== timeout) throw error
 *   return cached
 * } finally {
 *   timeout.close()
 * }
 */
export class Timeout extends TimeoutError implements Disposable {
  /** In milliseconds; null: never. */
  readonly ms: number | null;
  readonly #raised: unknown;
  #timer: Handle | undefined;
  #end: Interruption | undefined;
  #fiber: Fiber | undefined;

  /**
   * @param ms how long, in milliseconds; null: never
   * @param raised what is raised instead of the timeout: an error or a class of errors, or a text for its message;
   * false: the timeout, which ends `Timeout.run` without being thrown
   * @throws InvalidArgumentError for a time that is negative or no number, and for what cannot be raised
   */
  constructor(ms: number | null = null, raised?: TimeoutRaised) {
    super(typeof raised === 'string' ? raised : `Timed out after ${String(ms)} ms`);
    this.ms = ms === null ? null : checkDelay(ms, 'ms');
    this.#raised = errorOf(raised);
  }

  /** Makes one and starts it. */
  static startNew(ms: number | null, raised?: TimeoutRaised): Timeout {
    const timeout = new Timeout(ms, raised);
    timeout.start();
    return timeout;
  }

  /**
   * Calls `fn` within `ms` milliseconds and returns its result; Python's `with Timeout(…)`. With `false` as the third
   * argument it returns undefined when the time is up.
   *
   * @example const page = Timeout.run(500, () => wait(fetch(url)), false) ?? cached
   * @throws the timeout, or what is raised instead; what `fn` throws
   */
  static run<T>(ms: number | null, fn: (timeout: Timeout) => T, raised: false): T | undefined;
  static run<T>(ms: number | null, fn: (timeout: Timeout) => T, raised?: TimeoutRaised): T;
  static run<T>(
    ms: number | null,
    fn: (timeout: Timeout) => T,
    raised?: TimeoutRaised,
  ): T | undefined {
    checkFunction(fn, 'fn');
    const timeout = Timeout.startNew(ms, raised);
    try {
      return fn(timeout);
    } catch (error) {
      if (error === timeout && raised === false) return undefined;
      throw error;
    } finally {
      timeout.close();
    }
  }

  /**
   * Begins to count, for the running greenlet.
   *
   * @throws InvalidStateError if it is pending; BlockingSwitchOutError outside a greenlet
   */
  start(): void {
    if (this.pending)
      throw new InvalidStateError(
        'This timeout is pending; `close()` it before it is started again',
      );
    this.#fiber = blockingFiber('Timeout.start()');
    if (this.ms === null) return;
    this.#timer = getLoop().callLater(this.ms, () => this.#strike());
  }

  /** Whether it was started and its time is not up. */
  get pending(): boolean {
    return this.#timer !== undefined;
  }

  /** Does not raise any more. It may be started again. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#end !== undefined) forgetLimit(this.#fiber as Fiber, this.#end);
    this.#end = undefined;
  }

  /** The same as `close()`: gevent has both names. */
  cancel(): void {
    this.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #strike(): void {
    const raised = this.#raised;
    const fiber = this.#fiber as Fiber;
    if (fiber.state === 'dead') {
      this.#timer = undefined;
      return;
    }
    this.#end = limitWait(fiber, 'timeout', raised instanceof Error ? raised : this);
    // Something else is about to be raised there. What catches that may wait again, within this time.
    this.#timer = this.#end === undefined ? getLoop().callSoon(() => this.#strike()) : undefined;
  }
}

export interface WithTimeoutOptions<D> {
  /** What is returned when the time is up. Without it the timeout is thrown. */
  readonly timeoutValue?: D;
}

/**
 * Calls `fn` within `ms` milliseconds and returns its result. (gevent's `with_timeout`.)
 *
 * @example const page = withTimeout(500, () => wait(fetch(url)), { timeoutValue: cached })
 * @throws Timeout when the time is up and no `timeoutValue` is given; what `fn` throws
 */
export function withTimeout<T, D = never>(
  ms: number | null,
  fn: () => T,
  options: WithTimeoutOptions<D> = {},
): T | D {
  checkFunction(fn, 'fn');
  const timeout = Timeout.startNew(ms);
  try {
    return fn();
  } catch (error) {
    if (error === timeout && 'timeoutValue' in options) return options.timeoutValue;
    throw error;
  } finally {
    timeout.close();
  }
}
