import {
  CancelledError,
  checkFunction,
  ExceptionGroup,
  InvalidStateError,
  TimeoutError,
} from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { getLoop, type Handle } from '../loop/index.ts';
import { type Body, type Cancellable, type Operation, runBody, structured } from '../task/index.ts';
import { CancelRequest } from './cancel-request.ts';
import { checkDeadline, deadlineAfter } from './deadline.ts';
import { performing } from './performing.ts';
import { untilAborted } from './until-aborted.ts';

export interface TimeoutOptions {
  /** Cancels the body when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * A limit on the time a stretch of code may take. When it is over, the task (or greenlet) that runs the code is
 * cancelled, and when the code has cleaned up, its CancelledError becomes a TimeoutError. If somebody else wants the
 * task cancelled as well, the CancelledError stays. asyncio's `Timeout`; `timeout()` makes one and runs it.
 */
export class Timeout implements Disposable, AsyncDisposable {
  #state: State = 'created';
  #when: number | null;
  #performer: Cancellable | undefined;
  #request: CancelRequest | undefined;
  #timer: Handle | undefined;

  /** Its time is over at `when` on the loop's clock, in milliseconds; null: never. */
  constructor(when: number | null) {
    this.#when = checkDeadline(when, 'when');
  }

  /** When the time is over, on the loop's clock, in milliseconds; null: never. */
  when(): number | null {
    return this.#when;
  }

  /** Whether the time was over before the code was left. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /**
   * Aborted when the code is cancelled, by this timeout or by others: for what it awaits that is no future.
   *
   * @throws InvalidStateError before the code is entered
   */
  get signal(): AbortSignal {
    if (this.#performer === undefined)
      throw new InvalidStateError('A timeout has a signal only while its body runs');
    return this.#performer.signal;
  }

  /**
   * Moves the end of the time to `when` on the loop's clock, or to never. A time in the past ends it in the next turn.
   *
   * @throws InvalidStateError unless the code is being run and its time is not over
   */
  reschedule(when: number | null): void {
    const deadline = checkDeadline(when, 'when');
    const performer = this.#performer;
    if (this.#state !== 'active' || performer === undefined) {
      const entered = this.#state === 'created' ? 'has not been entered' : `is ${this.#state}`;
      throw new InvalidStateError(
        `Cannot reschedule a timeout that ${entered}; do it while its body runs`,
      );
    }
    this.#when = deadline;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (deadline === null) return;
    const { loop } = performer;
    this.#timer =
      deadline <= loop.time() ? loop.callSoon(this.#expire) : loop.callAt(deadline, this.#expire);
  }

  /**
   * Runs `body` until its time is over; the result is what it returns.
   *
   * @throws TimeoutError when the time was over; InvalidStateError for one that was used before
   */
  run<T>(body: Body<[timeout: Timeout], T>, options: TimeoutOptions = {}): Operation<T> {
    checkFunction(body, 'body');
    return Timeout.#run.call(this, body, options) as Operation<T>;
  }

  static readonly #run = structured(function* (
    this: Timeout,
    body: Body<[Timeout], unknown>,
    { signal }: TimeoutOptions,
  ): Generator<Future | undefined, unknown, unknown> {
    const performer = this.#enter();
    try {
      const result = yield* untilAborted(performer, signal, runBody(performer, body, this));
      this.#leave();
      return result;
    } catch (error) {
      throw this.#leave() ? inPlaceOf(error) : error;
    } finally {
      this.#leave();
    }
  });

  /** @internal For `timeout()` without a body. */
  static entered(when: number | null): Timeout {
    const timeout = new Timeout(when);
    timeout.#enter();
    return timeout;
  }

  /**
   * Leaves the code that `using limit = timeout(ms)` stands in. It is not told how that ended: a timeout which has
   * expired raises its TimeoutError always, and JavaScript puts the CancelledError beside it, in a SuppressedError.
   *
   * @throws TimeoutError if the time was over
   */
  [Symbol.dispose](): void {
    if (this.#leave()) throw new TimeoutError();
  }

  /** As `Symbol.dispose`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  #enter(): Cancellable {
    if (this.#state !== 'created')
      throw new InvalidStateError('A timeout has been used already; make another with `timeout()`');
    const performer = performing('a timeout');
    this.#state = 'active';
    this.#performer = performer;
    this.#request = new CancelRequest(performer);
    this.reschedule(this.#when);
    return performer;
  }

  /** Ends it, once. True if a CancelledError that comes out of the code is its own. */
  #leave(): boolean {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#state === 'active') this.#state = 'finished';
    if (this.#state !== 'expiring') return false;
    this.#state = 'expired';
    return this.#request?.takeBack() === true;
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    if (this.#request?.make() === true) this.#state = 'expiring';
  };
}

/**
 * Runs `body` for `ms` milliseconds at most; null: without limit. The result is what the body returns. It gets the
 * `Timeout`, and may reschedule it. A limit that is over when the body begins ends it at its first wait.
 *
 * An async function that awaits a promise which is none of ours cannot be interrupted there: it goes on when the
 * promise is settled, and so does this. Give what makes the promise the signal of the timeout, or use `waitFor`.
 *
 * Without a body it begins at once, for `using` (in generators and greenlets) and `await using`.
 *
 * @throws TimeoutError if the time was over and the body let its CancelledError out
 * @example
 * const page = await timeout(5000, async ({ signal }) => fetch(url, { signal }))
 * const rows = yield* timeout(5000, function* (limit) {
 *   const connection = yield* connect()
 *   limit.reschedule(null)
 *   return yield* connection.query(sql)
 * })
 */
export function timeout(ms: number | null): Timeout;
export function timeout<T>(
  ms: number | null,
  body: Body<[timeout: Timeout], T>,
  options?: TimeoutOptions,
): Operation<T>;
export function timeout<T>(
  ms: number | null,
  body?: Body<[timeout: Timeout], T>,
  options?: TimeoutOptions,
): Timeout | Operation<T> {
  if (body === undefined) return Timeout.entered(deadlineAfter(getLoop(), ms, 'ms'));
  checkDeadline(ms, 'ms');
  checkFunction(body, 'body');
  return within(ms, body, options) as Operation<T>;
}

/**
 * As `timeout`, with the time on the loop's clock (`loop.time()`) at which it is over; null: never.
 *
 * @throws TimeoutError as `timeout`
 */
export function timeoutAt(when: number | null): Timeout;
export function timeoutAt<T>(
  when: number | null,
  body: Body<[timeout: Timeout], T>,
  options?: TimeoutOptions,
): Operation<T>;
export function timeoutAt<T>(
  when: number | null,
  body?: Body<[timeout: Timeout], T>,
  options?: TimeoutOptions,
): Timeout | Operation<T> {
  return body === undefined ? Timeout.entered(when) : new Timeout(when).run(body, options);
}

/** The time begins when it is waited for. */
const within = structured(function* (
  ms: number | null,
  body: Body<[Timeout], unknown>,
  options: TimeoutOptions | undefined,
): Generator<Future | undefined, unknown, unknown> {
  const when = deadlineAfter(getLoop(), ms, 'ms');
  return yield* new Timeout(when).run(body, options);
});

/** What to raise for `error`, which came out of code whose time was over. */
function inPlaceOf(error: unknown): unknown {
  if (error instanceof CancelledError) return new TimeoutError(undefined, { cause: error });
  explain(error);
  if (error instanceof ExceptionGroup) for (const member of error.errors) explain(member);
  return error;
}

/** An error that was raised because of the cancellation tells of the timeout that was behind it. */
function explain(error: unknown): void {
  for (let one = error; one instanceof Error && one.cause !== undefined; one = one.cause) {
    if (one.cause instanceof CancelledError) {
      one.cause = new TimeoutError(undefined, { cause: one.cause });
      return;
    }
  }
}
