import type { WaitReason } from '../kernel/index.ts';
import { isCoroutine, isGenerator } from '../coroutine/index.ts';
import { CancelledError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';
import { isPromiseLike } from './promise-like.ts';

/**
 * A promise as a Future, so that a task can wait for it. Cancelling it abandons the wait; the promise itself goes
 * on, and if it fails later nobody hears of it.
 *
 * @example
 * const response = yield* fromPromise(fetch(url))
 */
export function fromPromise<T>(promise: PromiseLike<T>, loop?: Loop): Future<T> {
  if (promise instanceof Future) return promise as Future<T>;
  return new PromiseFuture<T>(promise, loop);
}

/**
 * The reaction that was registered with a promise. JavaScript cannot take one back. So a future that is given up leaves
 * its reaction to the next future of the same promise: a thousand waits with time limits for one long-lived promise
 * leave one reaction there, and not a thousand.
 */
class Reaction<T> {
  future: PromiseFuture<T>;

  constructor(promise: PromiseLike<T>, future: PromiseFuture<T>) {
    this.future = future;
    promise.then(
      (value) => this.future.fulfilled(value),
      (error: unknown) => this.future.rejected(error),
    );
  }
}

/** For each promise, the reactions whose futures were given up. */
const spares = new WeakMap<object, Reaction<never>[]>();

class PromiseFuture<T> extends Future<T> {
  /** Undefined once the promise is settled. */
  declare private _reaction: Reaction<T> | undefined;
  declare private readonly _promise: PromiseLike<T>;

  constructor(promise: PromiseLike<T>, loop: Loop | undefined) {
    super(loop);
    this._promise = promise;
    const spare = spares.get(promise)?.pop() as Reaction<T> | undefined;
    if (spare !== undefined) spare.future = this;
    this._reaction = spare ?? new Reaction<T>(promise, this);
  }

  override get waitReason(): WaitReason {
    return 'a promise';
  }

  override cancel(message?: string): boolean {
    const cancelled = super.cancel(message);
    if (cancelled) this._giveUp();
    return cancelled;
  }

  override setException(error: unknown): void {
    super.setException(error);
    this._giveUp();
  }

  /** The promise is fulfilled. */
  fulfilled(value: T): void {
    this._reaction = undefined;
    if (!this.done()) this.setResult(value);
  }

  /** The promise is rejected. */
  rejected(error: unknown): void {
    this._reaction = undefined;
    if (this.done()) return;
    if (error instanceof CancelledError) this.cancel(error.message);
    else this.setException(error);
  }

  private _giveUp(): void {
    const reaction = this._reaction;
    if (reaction === undefined) return;
    this._reaction = undefined;
    const known = spares.get(this._promise);
    if (known === undefined) spares.set(this._promise, [reaction as Reaction<never>]);
    else known.push(reaction as Reaction<never>);
  }
}

/** What a coroutine yielded; a promise as a future. An operation or a coroutine can be awaited, too, but has to be delegated to. */
export function asFuture(yielded: unknown, loop: Loop): unknown {
  if (yielded instanceof Future || !isPromiseLike(yielded)) return yielded;
  if (isGenerator(yielded) || isCoroutine(yielded)) return yielded;
  return fromPromise(yielded, loop);
}
