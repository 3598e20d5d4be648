import { inspect, type InspectOptions } from 'node:util';
import { CancelledError, checkFunction, InvalidStateError, rejectNoted } from '../errors/index.ts';
import type { WaitReason } from '../kernel/index.ts';
import { debugProbe, getLoop, type Handle, type Loop, type LoopLike } from '../loop/index.ts';
import { type ContextLike, runIn } from '../context/index.ts';
import { failureOf } from './failure.ts';
import { FutureIterator } from './future-iterator.ts';
import { CallbackWaiter, FutureWait } from './waiters.ts';
import { retrieved, type Unretrieved, watchUnretrieved } from './unretrieved.ts';

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
  declare private _state: number;
  /**
   * While it is pending, those who wait: undefined, one handle (as with most futures, which need no array), or an array.
   * Then the result, the exception as an Unretrieved, or the message or the error of the cancellation. One field for all, because
   * there are as many futures as tasks, and what is made of them is mostly what they cost.
   */
  declare private _value: unknown;

  /** `loop`: a Loop or an EventLoop. Default: this thread's. */
  constructor(loop: LoopLike = getLoop()) {
    this.loop = loop.loop;
    this._state = PENDING;
    this._value = undefined;
    if (debugProbe !== null) debugProbe.made(this, new.target);
  }

  static {
    // Looking does not count as having seen an error.
    const show = (future: Future, options: InspectOptions): string => {
      if (future._state === PENDING || future._state === CANCELLED) return future.toString();
      const value =
        future._state === FAILED ? String(future.failedWith) : inspect(future._value, options);
      return future._shown(`: ${value}`);
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

  /** What code waits for that waits for this, as reports name it: `a lock`. */
  get waitReason(): WaitReason {
    return `a ${this.constructor.name as Capitalize<string>}`;
  }

  /**
   * For reports and `console.log`: `<Task reader pending>`; in debug mode also where it was made,
   * `<Task reader pending created at file:///app/main.js:7>`. (Python's repr, in short.)
   */
  toString(): string {
    return this._shown('');
  }

  private _shown(value: string): string {
    const { name } = this as { readonly name?: unknown };
    const named = typeof name === 'string' ? ` ${name}` : '';
    const made = debugProbe === null ? '' : debugProbe.createdAt(this);
    return `<${this.constructor.name}${named} ${STATES[this._state]}${value}${made}>`;
  }

  done(): boolean {
    return this._state !== PENDING;
  }

  cancelled(): boolean {
    return this._state === CANCELLED;
  }

  /**
   * The result.
   *
   * @throws the exception that was set; CancelledError if cancelled; InvalidStateError if still pending
   */
  result(): T {
    if (this._state === FINISHED) return this._value as T;
    if (this._state === FAILED) throw retrieved(this._value as Unretrieved);
    throw this._noResult();
  }

  /**
   * The exception that was set, or undefined if there is a result.
   *
   * @throws CancelledError if cancelled; InvalidStateError if still pending
   */
  exception(): unknown {
    if (this._state === FINISHED) return undefined;
    if (this._state === FAILED) return retrieved(this._value as Unretrieved);
    throw this._noResult();
  }

  /** @throws InvalidStateError if the future is already done */
  setResult(value: T): void {
    if (this._state !== PENDING) throw this._alreadyDone('setResult');
    this._end(FINISHED, value);
  }

  /**
   * Makes the future fail. A subclass of Error may be given in place of an instance. A StopIteration, which is no
   * failure, becomes the cause of an InvalidArgumentError.
   *
   * @throws InvalidStateError if the future is already done
   */
  setException(error: unknown): void {
    if (this._state !== PENDING) throw this._alreadyDone('setException');
    this._end(FAILED, watchUnretrieved(this, failureOf(error)));
  }

  /** Cancels the future if it is pending; those who wait get a CancelledError. Returns whether it was pending. */
  cancel(message?: string): boolean {
    if (this._state === FAILED) retrieved(this._value as Unretrieved);
    if (this._state !== PENDING) return false;
    this._end(CANCELLED, message);
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
    if (this._state !== PENDING) this.loop.enqueue(handle);
    else if (this._value === undefined) this._value = handle;
    else if (Array.isArray(this._value)) this._value.push(handle);
    else this._value = [this._value, handle];
  }

  /** Takes back `addWaiter`. False if the handle was not waiting, or is in the ready queue already. */
  removeWaiter(handle: Handle): boolean {
    if (this._state !== PENDING) return false;
    if (this._value === handle) {
      this._value = undefined;
      return true;
    }
    if (!Array.isArray(this._value)) return false;
    const index = this._value.indexOf(handle);
    if (index < 0) return false;
    this._value.splice(index, 1);
    return true;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what a future is for
  then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    return this._asPromise().then(onFulfilled, onRejected);
  }

  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R> {
    return this._asPromise().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this._asPromise().finally(onFinally);
  }

  /** For `yield* future`: yields the future itself if it is pending, then returns its result or throws. */
  [Symbol.iterator](): Generator<Future<T>, T, unknown> {
    return new FutureIterator<T>(this) as unknown as Generator<Future<T>, T, unknown>;
  }

  /** Ends as cancelled, with an error that goes to whoever asks first; others get one without a message (CPython's way). */
  protected cancelledWith(error: CancelledError): void {
    this._end(CANCELLED, error);
  }

  private _asPromise(): Promise<T> {
    if (this._state === PENDING) return new FutureWait<T>(this).promise;
    try {
      return Promise.resolve(this.result());
    } catch (error) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      rejectNoted(error, resolve, reject);
      return promise;
    }
  }

  private _end(state: number, value: unknown): void {
    const waiting = this._value as Handle | Handle[] | undefined;
    this._state = state;
    this._value = value;
    if (waiting === undefined) return;
    if (!Array.isArray(waiting)) this.loop.enqueue(waiting);
    else for (let i = 0; i < waiting.length; i++) this.loop.enqueue(waiting[i] as Handle);
  }

  /** @internal The error was printed when it happened. That counts as no look at it, but it is not reported again. */
  markReported(): void {
    if (this._state === FAILED) (this._value as Unretrieved).reported = true;
  }

  /** @internal The exception that was set, if one was; to look like this does not count as having seen it. */
  get failedWith(): unknown {
    return this._state === FAILED ? (this._value as Unretrieved).error : undefined;
  }

  /** @internal What `cancel` was given, if no code has raised a CancelledError for it. */
  get cancelMessage(): string | undefined {
    return this._state === CANCELLED && typeof this._value === 'string' ? this._value : undefined;
  }

  /** @internal The futures whose ends end it, for reports; empty for one that others settle. */
  standsFor(): Iterable<Future> {
    return [];
  }

  /** @internal The handles that will run when it is done, in order. */
  waiters(): Handle[] {
    if (this._state !== PENDING || this._value === undefined) return [];
    return Array.isArray(this._value) ? [...(this._value as Handle[])] : [this._value as Handle];
  }

  private _noResult(): Error {
    if (this._state === CANCELLED) {
      const value = this._value as CancelledError | string | undefined;
      if (!(value instanceof CancelledError)) return new CancelledError(value);
      this._value = undefined;
      return value;
    }
    return new InvalidStateError(
      'The future has no result yet; wait for it with `await`, `yield*` or `wait()`',
    );
  }

  private _alreadyDone(method: string): Error {
    const how =
      this._state === FINISHED
        ? 'has a result'
        : this._state === FAILED
          ? 'has failed'
          : 'was cancelled';
    return new InvalidStateError(
      `Cannot ${method}: the future already ${how}; ask \`done()\` first`,
    );
  }
}
