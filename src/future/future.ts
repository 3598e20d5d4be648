import { inspect, type InspectOptions } from 'node:util';
import { CancelledError, checkFunction, InvalidStateError } from '../errors/index.ts';
import { debugProbe, getLoop, type Handle, type Loop, type LoopLike } from '../loop/index.ts';
import { type ContextLike, runIn } from './callback-context.ts';
import { failureOf } from './failure.ts';
import { FutureIterator } from './future-iterator.ts';
import { CallbackWaiter, FutureWait } from './waiters.ts';
import { forgetUnretrieved, type Unretrieved, watchUnretrieved } from './unretrieved.ts';

const PENDING = 0;
const FINISHED = 1;
const FAILED = 2;
const CANCELLED = 3;
const STATES = ['pending', 'finished', 'failed', 'cancelled'];

/**
 * A result that is not there yet, as asyncio's `Future`: pending, then finished or cancelled, once.
 * It is waited for in three ways: `await future`, `yield* future`, and `wait(future)` in a greenlet.
 * Whoever waits is never called from inside `setResult`, but from a later turn of the loop, in the order of
 * registration.
 *
 * @example
 * const future = new Future<string>()
 * setTimeout(() => future.setResult('cue'), 10)
 * await future // 'cue'
 */
export class Future<T = unknown> implements PromiseLike<T> {
  /** The loop whose turns call those who wait. */
  declare readonly loop: Loop;
  #state: number = PENDING;
  /** The result, the exception, or the message of the cancellation. */
  #value: unknown = undefined;
  /** Most futures have one waiter: it needs no array. */
  #first: Handle | undefined;
  #more: Handle[] | undefined;
  /** What is to be reported if nobody looks at the exception; undefined once somebody has. */
  #unretrieved: Unretrieved | undefined;

  /** `loop`: a Loop or an EventLoop. Default: this thread's. */
  constructor(loop: LoopLike = getLoop()) {
    this.loop = loop.loop;
    if (debugProbe !== null) debugProbe.made(this, new.target);
  }

  static {
    // Looking does not count as having seen an error.
    const show = (future: Future, options: InspectOptions): string => {
      if (future.#state === PENDING || future.#state === CANCELLED) return future.toString();
      const value =
        future.#state === FAILED ? String(future.#value) : inspect(future.#value, options);
      return future.#shown(`: ${value}`);
    };
    Object.defineProperty(this.prototype, inspect.custom, {
      configurable: true,
      value(this: Future, _depth: number, options: InspectOptions): string {
        return show(this, options);
      },
    });
  }

  /** A future that already has a result. */
  static resolved<T>(value: T): Future<T> {
    const future = new Future<T>();
    future.setResult(value);
    return future;
  }

  /** A future that already failed with `error`. */
  static rejected<T = never>(error: unknown): Future<T> {
    const future = new Future<T>();
    future.setException(error);
    return future;
  }

  /** @internal What those who wait for it wait for, in reports. */
  get waitReason(): string {
    return `a ${this.constructor.name}`;
  }

  /**
   * For reports and `console.log`: `<Task reader pending>`; in debug mode also where it was made,
   * `<Task reader pending created at file:///app/main.js:7>`. (Python's repr, in short.)
   */
  toString(): string {
    return this.#shown('');
  }

  #shown(value: string): string {
    const { name } = this as { readonly name?: unknown };
    const named = typeof name === 'string' ? ` ${name}` : '';
    const made = debugProbe === null ? '' : debugProbe.createdAt(this);
    return `<${this.constructor.name}${named} ${STATES[this.#state]}${value}${made}>`;
  }

  done(): boolean {
    return this.#state !== PENDING;
  }

  cancelled(): boolean {
    return this.#state === CANCELLED;
  }

  /**
   * The result.
   *
   * @throws the exception that was set; CancelledError if cancelled; InvalidStateError if still pending
   */
  result(): T {
    if (this.#state === FINISHED) return this.#value as T;
    if (this.#state === FAILED) {
      this.#markRetrieved();
      throw this.#value;
    }
    throw this.#noResult();
  }

  /**
   * The exception that was set, or undefined if there is a result.
   *
   * @throws CancelledError if cancelled; InvalidStateError if still pending
   */
  exception(): unknown {
    if (this.#state === FINISHED) return undefined;
    if (this.#state === FAILED) {
      this.#markRetrieved();
      return this.#value;
    }
    throw this.#noResult();
  }

  /** @throws InvalidStateError if the future is already done */
  setResult(value: T): void {
    if (this.#state !== PENDING) throw this.#alreadyDone('setResult');
    this.#state = FINISHED;
    this.#value = value;
    this.#wakeWaiters();
  }

  /**
   * Makes the future fail. A subclass of Error may be given in place of an instance. A StopIteration, which is no
   * failure, becomes the cause of an InvalidArgumentError.
   *
   * @throws InvalidStateError if the future is already done
   */
  setException(error: unknown): void {
    if (this.#state !== PENDING) throw this.#alreadyDone('setException');
    this.#state = FAILED;
    this.#value = failureOf(error);
    this.#unretrieved = watchUnretrieved(this, this.#value);
    this.#wakeWaiters();
  }

  /** Cancels the future if it is pending; those who wait get a CancelledError. Returns whether it was pending. */
  cancel(message?: string): boolean {
    this.#markRetrieved();
    if (this.#state !== PENDING) return false;
    this.#state = CANCELLED;
    this.#value = message;
    this.#wakeWaiters();
    return true;
  }

  /**
   * Calls `fn(future)` in a turn of the loop after the future is done, in `context`; by default in a copy of the
   * context that is current now.
   *
   * @throws InvalidArgumentError in debug mode for an async function or a generator: nobody would hear what comes of it
   */
  addDoneCallback(fn: (future: this) => unknown, context?: ContextLike): void {
    checkFunction(fn, 'fn');
    if (debugProbe !== null) debugProbe.checkCallback(fn);
    this.addWaiter(new CallbackWaiter(this, fn as (future: Future<T>) => unknown, runIn(context)));
  }

  /** Removes every registration of `fn` and returns how many there were. */
  removeDoneCallback(fn: (future: this) => unknown): number {
    let removed = 0;
    for (const waiter of this.waiters()) {
      if (waiter instanceof CallbackWaiter && waiter.fn === fn && this.removeWaiter(waiter))
        removed++;
    }
    return removed;
  }

  /** Puts `handle` itself into the ready queue when the future is done; at once if it is done already. */
  addWaiter(handle: Handle): void {
    if (this.#state !== PENDING) this.loop.enqueue(handle);
    else if (this.#first === undefined) this.#first = handle;
    else if (this.#more === undefined) this.#more = [handle];
    else this.#more.push(handle);
  }

  /** Takes back `addWaiter`. False if the handle was not waiting, or is in the ready queue already. */
  removeWaiter(handle: Handle): boolean {
    if (this.#first === handle) {
      this.#first = this.#more?.shift();
      return true;
    }
    const index = this.#more === undefined ? -1 : this.#more.indexOf(handle);
    if (index < 0) return false;
    this.#more?.splice(index, 1);
    return true;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what a future is for
  then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    return this.#asPromise().then(onFulfilled, onRejected);
  }

  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R> {
    return this.#asPromise().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#asPromise().finally(onFinally);
  }

  /** For `yield* future`: yields the future itself if it is pending, then returns its result or throws. */
  [Symbol.iterator](): Generator<Future<T>, T, unknown> {
    return new FutureIterator<T>(this) as unknown as Generator<Future<T>, T, unknown>;
  }

  #asPromise(): Promise<T> {
    if (this.#state === PENDING) return new FutureWait<T>(this).promise;
    try {
      return Promise.resolve(this.result());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #wakeWaiters(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    this.loop.enqueue(first);
    const more = this.#more;
    if (more === undefined) return;
    this.#more = undefined;
    for (let i = 0; i < more.length; i++) this.loop.enqueue(more[i] as Handle);
  }

  /** @internal The exception that was set, if one was; to look like this does not count as having seen it. */
  get failedWith(): unknown {
    return this.#state === FAILED ? this.#value : undefined;
  }

  /** @internal The handles that will run when it is done, in order. */
  waiters(): Handle[] {
    if (this.#first === undefined) return [];
    return this.#more === undefined ? [this.#first] : [this.#first, ...this.#more];
  }

  #markRetrieved(): void {
    if (this.#unretrieved === undefined) return;
    forgetUnretrieved(this.#unretrieved);
    this.#unretrieved = undefined;
  }

  #noResult(): Error {
    if (this.#state === CANCELLED) return new CancelledError(this.#value as string | undefined);
    return new InvalidStateError(
      'The future has no result yet; wait for it with `await`, `yield*` or `wait()`',
    );
  }

  #alreadyDone(method: string): Error {
    const how =
      this.#state === FINISHED
        ? 'has a result'
        : this.#state === FAILED
          ? 'has failed'
          : 'was cancelled';
    return new InvalidStateError(
      `Cannot ${method}: the future already ${how}; ask \`done()\` first`,
    );
  }
}
