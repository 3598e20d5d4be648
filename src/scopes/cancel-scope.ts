import { onAbort } from '../kernel/index.ts';
import {
  CancelledError,
  checkFunction,
  ExceptionGroup,
  InvalidStateError,
} from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import type { Handle } from '../loop/index.ts';
import {
  type Body,
  type Cancellable,
  currentTask,
  type Operation,
  runBody,
  structured,
} from '../task/index.ts';
import { checkDeadline } from './deadline.ts';
import { performing } from './performing.ts';

export interface ScopeOptions {
  /** True: cancellations of the scopes around it do not reach in. Default false. */
  readonly shield?: boolean | undefined;
  /** Cancels the scope when it is aborted; then its reason is raised by the scope. */
  readonly signal?: AbortSignal | undefined;
}

export interface CancelScopeOptions extends ScopeOptions {
  /** When to cancel the scope, on the loop's clock, in milliseconds. Default: never. */
  readonly deadline?: number | undefined;
}

/**
 * A stretch of code that can be cancelled as a whole: Trio's `CancelScope`. Once it is, every wait in it ends with a
 * CancelledError, in the tasks of its TaskGroups as well, again and again until the stretch is left: code that
 * swallows the error does not get far. The scope keeps the error in, and tells of it in `cancelledCaught`.
 *
 * Code that must wait while it is being cancelled, to clean up, does so in a scope with `shield: true`.
 *
 * A request to cancel the task (`task.cancel()`, asyncio's way) is another thing: it is delivered once, also through
 * shields, it is counted, and a scope lets its CancelledError pass. What waits for nothing is not interrupted, and a
 * wait for what is done is no wait. Tasks that were not started in a TaskGroup stand in no scope but their own; who
 * waits for such a one cancels it as always.
 *
 * There is no form for `using`, because no such block can keep an error in.
 *
 * @example
 * const scope = new CancelScope()
 * button.on('click', () => scope.cancel())
 * await scope.run(async () => download(url))
 * if (scope.cancelledCaught) console.log('stopped')
 */
export class CancelScope {
  #state: 'created' | 'entered' | 'left' = 'created';
  #performer: Cancellable | undefined;
  #parent: CancelScope | undefined;
  /** How many requests to cancel the performer there were when it came in. */
  #requestsBefore = 0;
  /** Whose innermost scope this is: the performer, or those that were started in its groups. */
  readonly #members = new Set<Cancellable>();
  readonly #children = new Set<CancelScope>();
  #cancelCalled = false;
  #cancelledCaught = false;
  #message: string | undefined;
  #shield: boolean;
  #deadline: number;
  #timer: Handle | undefined;
  #controller: AbortController | undefined;
  readonly #abortSignal: AbortSignal | undefined;
  #release: (() => void) | undefined;

  /** @throws InvalidArgumentError for a deadline that is no time */
  constructor({ deadline = Infinity, shield = false, signal }: CancelScopeOptions = {}) {
    this.#deadline = checkDeadline(deadline, 'deadline') ?? Infinity;
    this.#shield = shield;
    this.#abortSignal = signal;
  }

  /**
   * Runs `body` in the scope. The result is what it returns, or undefined if the scope was cancelled and kept its
   * CancelledError in. A scope is used once.
   *
   * @throws InvalidStateError for one that was used before; the reason of the signal; what the body throws
   */
  run<T>(body: Body<[scope: CancelScope], T>): Operation<T | undefined> {
    checkFunction(body, 'body');
    return CancelScope.#run.call(this, body) as Operation<T | undefined>;
  }

  static readonly #run = structured(function* (
    this: CancelScope,
    body: Body<[CancelScope], unknown>,
  ): Generator<Future | undefined, unknown, unknown> {
    const performer = this.#enter();
    try {
      return yield* runBody(performer, body, this);
    } catch (error) {
      return this.#keepIn(performer, error);
    } finally {
      this.#leave(performer);
    }
  });

  /**
   * Cancels all that waits in the scope, from now on. Before it is entered, it is cancelled as soon as it is; once it
   * is left, nothing happens. `message` is what the CancelledErrors say.
   */
  cancel(message?: string): void {
    if (this.#cancelCalled) return;
    this.#cancelCalled = true;
    this.#message = message;
    this.#disarm();
    this.#reach();
  }

  /** Whether the scope was cancelled: with `cancel`, by its deadline, or by its signal. */
  get cancelCalled(): boolean {
    // The deadline may have passed in the running step, which the loop has not seen yet.
    if (this.#state === 'entered' && !this.#cancelCalled && this.#isOver()) this.cancel();
    return this.#cancelCalled;
  }

  /** Whether the scope has kept in a CancelledError of its own. Known when it is left. */
  get cancelledCaught(): boolean {
    return this.#cancelledCaught;
  }

  /** When the scope is cancelled, on the loop's clock, in milliseconds; Infinity: never. It may be moved. */
  get deadline(): number {
    return this.#deadline;
  }

  set deadline(deadline: number) {
    this.#deadline = checkDeadline(deadline, 'deadline') ?? Infinity;
    if (this.#state !== 'entered') return;
    this.#disarm();
    this.#arm();
  }

  /** Whether cancellations of the scopes around it stop here. It may be changed while the scope is entered. */
  get shield(): boolean {
    return this.#shield;
  }

  set shield(shield: boolean) {
    this.#shield = shield;
    if (!shield && this.cancelled) this.#reach();
  }

  /** Aborted when what waits in the scope has to end: for what is awaited that is no future. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.cancelled) this.#abort();
    return this.#controller.signal;
  }

  /** Whether every wait in here ends: this is cancelled, or one around it is that it is not shielded from. */
  get cancelled(): boolean {
    return this.#source() !== undefined;
  }

  /** @internal */
  get message(): string | undefined {
    const source = this.#source();
    return source === undefined ? undefined : source.#message;
  }

  /** @internal */
  join(member: Cancellable): void {
    this.#members.add(member);
  }

  /** @internal */
  leave(member: Cancellable): void {
    this.#members.delete(member);
  }

  /** @internal The earliest time at which what waits in here is cancelled; -Infinity if it is. */
  effectiveDeadline(): number {
    let earliest = Infinity;
    for (let scope: CancelScope | undefined = this; scope !== undefined;) {
      if (scope.#cancelCalled) return -Infinity;
      earliest = Math.min(earliest, scope.#deadline);
      scope = scope.#shield ? undefined : scope.#parent;
    }
    return earliest;
  }

  /** The nearest scope that was cancelled and reaches in here. */
  #source(): CancelScope | undefined {
    for (let scope: CancelScope | undefined = this; scope !== undefined;) {
      if (scope.#cancelCalled) return scope;
      scope = scope.#shield ? undefined : scope.#parent;
    }
    return undefined;
  }

  #enter(): Cancellable {
    if (this.#state !== 'created')
      throw new InvalidStateError('A CancelScope has been used already; make another');
    const performer = performing('a CancelScope');
    this.#abortSignal?.throwIfAborted();
    this.#state = 'entered';
    this.#performer = performer;
    this.#requestsBefore = performer.cancelling();
    const parent = performer.scope as CancelScope | undefined;
    this.#parent = parent;
    if (parent !== undefined) {
      parent.leave(performer);
      parent.#children.add(this);
    }
    performer.scope = this;
    this.join(performer);
    this.#release = onAbort(this.#abortSignal, () => this.cancel());
    if (!this.#cancelCalled) this.#arm();
    return performer;
  }

  #leave(performer: Cancellable): void {
    this.#disarm();
    this.#release?.();
    this.#state = 'left';
    this.leave(performer);
    const parent = this.#parent;
    performer.scope = parent;
    if (parent === undefined) return;
    parent.#children.delete(this);
    parent.join(performer);
  }

  /** What becomes of an error that comes out of the body: the scope's own CancelledErrors end here. */
  #keepIn(performer: Cancellable, error: unknown): undefined {
    const visible = !this.#shield && this.#parent?.cancelled === true;
    if (!this.#cancelCalled || visible || performer.cancelling() > this.#requestsBefore)
      throw error;
    if (error instanceof ExceptionGroup) {
      const [own, rest] = error.split(CancelledError);
      if (own === undefined) throw error;
      this.#cancelledCaught = true;
      if (rest !== undefined) throw rest;
    } else if (!(error instanceof CancelledError)) {
      throw error;
    }
    if (this.#abortSignal?.aborted === true) throw this.#abortSignal.reason;
    this.#cancelledCaught = true;
    return undefined;
  }

  #arm(): void {
    const { loop } = this.#performer as Cancellable;
    if (this.#cancelCalled || this.#deadline === Infinity) return;
    this.#timer = this.#isOver()
      ? loop.callSoon(this.#onDeadline)
      : loop.callAt(this.#deadline, this.#onDeadline);
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #isOver(): boolean {
    return this.#deadline <= (this.#performer as Cancellable).loop.time();
  }

  /** Ends the waits that are under way in here. */
  #reach(): void {
    const { message } = this;
    this.#abort();
    for (const member of this.#members) member.interruptForScope(message);
    for (const child of this.#children) if (!child.#shield) child.#reach();
  }

  #abort(): void {
    if (this.#controller?.signal.aborted === false)
      this.#controller.abort(new CancelledError(this.message));
  }

  readonly #onDeadline = (): void => {
    this.cancel();
  };
}

/**
 * The earliest time, on the loop's clock, at which what waits here is cancelled by a scope: Infinity if never,
 * -Infinity if it is cancelled already. For code that has to say beforehand how long it may take.
 */
export function currentEffectiveDeadline(): number {
  const scope = currentTask()?.scope as CancelScope | undefined;
  return scope === undefined ? Infinity : scope.effectiveDeadline();
}
