import {
  beginWait,
  isCancelledByOwnScope,
  startIn,
  takeAfterWait,
  type Wait,
} from '../kernel/index.ts';
import { CancelledError, describe, InvalidArgumentError } from '../errors/index.ts';
import { type Future, FutureIterator, parkedStack } from '../future/index.ts';
import { type Coroutine, coroutineOf, isGenerator } from '../coroutine/index.ts';
import { getLoop, KIND_CALLBACK, KIND_STEP } from '../loop/index.ts';
import { beginning, pending } from './all-tasks.ts';
import { BodyPromise } from './body-promise.ts';
import { checkYield } from './bad-yield.ts';
import { Cancellable } from './cancellable.ts';
import { type Steps, stepsOf, type TaskBody, unsteppedBody } from './body.ts';
import { currentRoot, noteRoot } from './current-task.ts';
import type { Whole } from './operation/part.ts';
import { asFuture } from './promise-future.ts';
import { isPromiseLike } from './promise-like.ts';
import { runStep, type StepContext, stepContext } from './step-context.ts';
import { StepHandle } from './step-handle.ts';
import { asyncContextOf, contextOf, type TaskOptions } from './task-options.ts';
import {
  printStackLines,
  type PrintStackOptions,
  stackLines,
  type StackOptions,
} from './task-stack.ts';

const NO_OPTIONS: TaskOptions = {};

let count = 0;

/**
 * Drives a coroutine, a generator or an async function on the loop; it is the Future of what that returns.
 * The first step runs in the next turn; each step runs to where the body next waits for something that is
 * not done. Semantics: asyncio's `Task`.
 *
 * @example
 * const task = new Task(function* () {
 *   yield* sleep(1000)
 *   return 'done'
 * })
 * await task // 'done'
 */
export class Task<T = unknown> extends Cancellable<T> {
  declare readonly root: Cancellable | undefined;
  /** A name, or the number that it is made of. */
  #name: string | number;
  /**
   * What is stepped through; or the function that makes it, until the first step calls it; undefined at the end, and
   * for an async function, which V8 steps.
   */
  #body: Steps<T> | (() => unknown) | undefined;
  /** Undefined for a task that starts eagerly, until it first waits: most of those end before. */
  #handle: StepHandle | undefined;
  readonly #whole: Whole | undefined;

  constructor(body: TaskBody<T>, options?: TaskOptions);
  /** @internal `root`: the maker's, for code that has looked it up. */
  constructor(body: TaskBody<T>, options?: TaskOptions, root?: Cancellable);
  constructor(
    body: TaskBody<T>,
    options: TaskOptions = NO_OPTIONS,
    root: Cancellable | undefined = currentRoot(),
  ) {
    super(options.loop ?? getLoop(), contextOf(options.context));
    this.#body = stepsOf<T>(body) ?? unsteppedBody(body, this.loop);
    this.#name = options.name ?? ++count;
    this.#whole = options.whole;
    this.root = options.asRoot === true ? noteRoot(this as unknown as Task) : root;
    // In a method of its own, so that V8 can make tasks in line, fields and all.
    this.#start(options);
  }

  #start(options: TaskOptions): void {
    const self = this as unknown as Task;
    const stepped = typeof this.#body !== 'function';
    const context = stepContext(self, stepped, asyncContextOf(options.context));
    const whole = options.whole?.task;
    if (whole !== undefined) this.shareRequests(whole);
    const scope = options.scope ?? whole?.scope;
    if (scope !== undefined) startIn(scope, self);
    if (options.eagerStart === true) this.#startNow(context);
    else this.loop.enqueue(this.#enlist(context));
  }

  #startNow(context: StepContext): void {
    const self = this as unknown as Task;
    let next = context;
    beginning.push(self);
    try {
      next = runStep(self, context);
    } finally {
      if (beginning[beginning.length - 1] === self) beginning.pop();
      else beginning.splice(beginning.indexOf(self), 1);
    }
    if (!this.done()) this.#enlist(next);
  }

  /** Puts it among those that are pending; `context` is that of the next step. */
  #enlist(context: StepContext): StepHandle {
    const handle = this.#stepHandle();
    handle.context = context;
    handle.enlist(pending);
    return handle;
  }

  /** Its handle, made when it is first needed. */
  #stepHandle(): StepHandle {
    return (this.#handle ??= new StepHandle(this, undefined, this.#kind()));
  }

  /** Promise jobs come of the steps of functions, and of those that end a part of one. */
  #kind(): number {
    const isStepped = typeof this.#body !== 'function' && this.#body !== undefined;
    return isStepped && this.#whole === undefined ? KIND_STEP : KIND_CALLBACK;
  }

  override get name(): string {
    const name = this.#name;
    return typeof name === 'number' ? `Task-${name}` : name;
  }

  override set name(name: string) {
    this.#name = String(name);
  }

  /** What the task waits for at present, for reports; undefined when it is ready, running or done. */
  get waitingFor(): Future | undefined {
    return this.#handle?.awaited;
  }

  /**
   * Where a generator is parked: its stack trace, through all that it delegates to with `yield*`. It is asked for when
   * somebody wants it, and costs nothing otherwise. Undefined while it is ready, running or done, and for async functions.
   */
  get stack(): string | undefined {
    const parked = this.#handle?.parked;
    if (!(parked instanceof FutureIterator)) return undefined;
    return parkedStack(parked, () => this.#next(undefined));
  }

  /**
   * The coroutine or generator that is stepped through. Undefined for an async function, which V8 steps, before a
   * generator function is called in the first step, and at the end, when it is let go. asyncio's `get_coro`.
   */
  getCoro(): Coroutine<unknown, T, unknown> | Generator<unknown, T, unknown> | undefined {
    const body = this.#body;
    if (!isGenerator(body) || body instanceof FutureIterator) return undefined;
    const coroutine = coroutineOf(body) as Coroutine<unknown, T, unknown> | undefined;
    return coroutine ?? (body as Generator<unknown, T, unknown>);
  }

  /**
   * Where the code stands: the lines of a stack trace, the innermost call first, without those of this library. Of a
   * task that failed they are the ones of its error, which does not count as having looked at it. Empty if it has not
   * begun, if it has ended in another way, and where an async function waits: V8 tells that in promise jobs only; but
   * see `captureCallGraph`. asyncio's `get_stack`.
   *
   * @throws InvalidArgumentError if `limit` is no whole number
   * @example
   * for (const task of allTasks()) console.log(task.name, task.getStack({ limit: 1 }))
   */
  getStack(options: StackOptions = {}): string[] {
    return stackLines(this, this.failedWith, options);
  }

  /** Prints what `getStack` returns on stderr, or to the stream `file`. asyncio's `print_stack`. */
  printStack(options: PrintStackOptions = {}): void {
    printStackLines(this, this.failedWith, options);
  }

  /** @internal The task whose async function this is a part of. */
  get partOf(): Task | undefined {
    return this.#whole?.task;
  }

  /** @internal What its async function awaits at present. */
  awaited(): Wait[] {
    return this.#handle?.awaits?.list() ?? [];
  }

  protected override cancelWait(message: string | undefined): boolean {
    const waiting = this.waitingFor;
    if (waiting !== undefined && !(waiting instanceof BodyPromise)) return waiting.cancel(message);
    return this.#handle?.awaits?.cancel(message) ?? false;
  }

  override interruptForScope(message: string | undefined): void {
    const waiting = this.waitingFor;
    if (waiting === undefined || waiting instanceof BodyPromise)
      this.#handle?.awaits?.reach(message);
    else if (!isCancelledByOwnScope(waiting)) waiting.cancel(message);
  }

  /** @internal Code of this task's async function begins to wait. */
  awaits(wait: Wait): void {
    if (this.done()) return;
    if ((wait.awaited as unknown) === this) throw checkYield(this, this, this.loop) as Error;
    this.#stepHandle().addAwait(wait);
    beginWait(this, wait);
  }

  /** @internal A part of this task's async function has ended. */
  partEnded(wait: Wait): void {
    this.#handle?.awaits?.remove(wait);
  }

  /** @internal The wait is over, unless this returns an error to raise in its place. */
  resumes(wait: Wait): Error | undefined {
    this.#handle?.awaits?.remove(wait);
    if (this.done()) return undefined;
    const cancellation = takeAfterWait(this, wait.awaited);
    // A turn of the loop is nothing that could have been cancelled when the wait for it began.
    if (cancellation === undefined && wait.awaited === undefined) return this.#cancelledByScope();
    return cancellation;
  }

  /** @internal Resumes the body, and notes what it waits for next, or how it ends. No subclass has this name by accident. */
  'greenroom:step'(): void {
    const waited = this.#handle?.parked;
    const awaited = this.waitingFor;
    const bodyEnded = awaited instanceof BodyPromise;
    if (waited !== undefined) (this.#handle as StepHandle).parked = undefined;
    let result: IteratorResult<unknown, T>;
    try {
      // The end of a body that runs as a part of the task is no wait: a request that is pending comes with the next one.
      // Nor is the beginning of a part, which shares the requests of the whole.
      const waits = this.#handle !== undefined && !bodyEnded;
      const thrown = waits ? this.#takeThrown(awaited) : undefined;
      if (typeof this.#body === 'function' && !this.#begin(thrown)) return;
      if (thrown !== undefined) {
        result = (this.#body as Steps<T>).throw(thrown);
      } else {
        result = waited === undefined ? this.#next(undefined) : this.#resume(waited);
      }
    } catch (error) {
      this.failed(error);
      return;
    }
    if (result.done === true) this.returned(result.value);
    else this.#wait(result);
  }

  /** Calls the function that makes the body. False if nothing is left to be stepped through. */
  #begin(thrown: Error | undefined): boolean {
    if (thrown !== undefined) throw thrown;
    const start = this.#body as () => unknown;
    this.#body = undefined;
    const made = start();
    this.#body = stepsOf<T>(made);
    if (this.#body !== undefined) return true;
    if (isPromiseLike(made)) {
      this.#follow(made as PromiseLike<T>);
      return false;
    }
    if (typeof made === 'object' && made !== null && Symbol.asyncIterator in made) {
      throw new InvalidArgumentError(
        `Expected the function of task ${this.name} to return a coroutine or a promise, got ${describe(made)}; go through it with \`for await\``,
      );
    }
    this.returned(made as T);
    return false;
  }

  /** Ends as the promise of an async function does that runs in this task. */
  #follow(promise: PromiseLike<T>): void {
    promise.then(
      (value) => this.returned(value),
      (error: unknown) => this.failed(error),
    );
  }

  #next(value: unknown): IteratorResult<unknown, T> {
    return (this.#body as Steps<T>).next(value);
  }

  /** Hands on what came of a future: `yield*` asks the future itself, a plain `yield` gets it from here. */
  #resume(waited: Future | FutureIterator<unknown>): IteratorResult<unknown, T> {
    if (waited instanceof FutureIterator) return this.#next(undefined);
    let value: unknown;
    try {
      value = waited.result();
    } catch (error) {
      return (this.#body as Steps<T>).throw(error);
    }
    return this.#next(value);
  }

  #wait(result: IteratorYieldResult<unknown>): void {
    const yielded = result.value;
    if (yielded === undefined || yielded === null) {
      this.#throwNext(this.#cancelledByScope());
      return;
    }
    const future = asFuture(yielded, this.loop);
    const wrong = checkYield(future, this, this.loop);
    if (wrong !== undefined) {
      this.#throwNext(wrong);
      return;
    }
    this.#waitFor(future as Future, result);
  }

  /** Waits for a turn of the loop; then goes on, with `error` if there is one. */
  #throwNext(error: Error | undefined): void {
    const handle = this.#stepHandle();
    handle.thrown = error;
    this.loop.enqueue(handle);
  }

  #waitFor(future: Future, result: IteratorYieldResult<unknown>): void {
    const handle = this.#stepHandle();
    handle.parked = result instanceof FutureIterator ? result : future;
    // Promise jobs of the function that begins here belong to this step.
    if (future instanceof BodyPromise) handle.kind = KIND_CALLBACK;
    future.addWaiter(handle);
    beginWait(this, handle);
  }

  #cancelledByScope(): CancelledError | undefined {
    return this.scope?.cancelled === true ? new CancelledError(this.scope.message) : undefined;
  }

  #takeThrown(awaited: Future | undefined): Error | undefined {
    const thrown = this.#handle?.takeThrown();
    return takeAfterWait(this, awaited) ?? thrown;
  }

  protected override returned(value: T): void {
    this.#close();
    const whole = this.#whole;
    if (whole === undefined) return super.returned(value);
    // What cancels a part that has nothing left to wait for does not take its result away: the whole's next wait ends.
    super.returnedInPart(value);
    whole.ended(this);
  }

  protected override failed(error: unknown): void {
    this.#close();
    super.failed(error);
    this.#whole?.ended(this);
  }

  #close(): void {
    this.#body = undefined;
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    handle.leaveList();
  }
}
