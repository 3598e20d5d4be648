import {
  CancelledError,
  checkDelay,
  checkFunction,
  checkOptions,
  errorOf,
  GreenletExit,
  TimeoutError,
} from '../errors/index.ts';
import {
  cancelForScope,
  cancelWait,
  currentFiber,
  type Fiber,
  raiseSoon,
  traceOf,
} from '../kernel/index.ts';
import { type Cancellable, currentRoot } from '../task/index.ts';
import { withGreenletContext } from '../context/index.ts';
import { Alarm } from './alarm.ts';
import { awaitEnd } from './await-future.ts';
import { type WaitOptions, withinLimits } from './limited.ts';
import { Linkable } from './linkable.ts';
import { blockingFiber, inGreenlet } from './blocking-fiber.ts';
import { reportError } from './report-error.ts';
import { TaskFiber } from './task-fiber.ts';
import { wait } from './wait.ts';

export interface KillOptions extends WaitOptions {
  /** Whether to wait for its end. Default true; on the main stack, and once the process is exiting, it never does. */
  block?: boolean;
}

export interface GetOptions extends WaitOptions {
  /** Whether to wait for the end. Default true; if not, and it has not ended, that is a TimeoutError. */
  block?: boolean;
}

let count = 0;
const NO_ARGUMENTS: readonly unknown[] = [];

/**
 * A spawned greenlet, gevent's `Greenlet`: a function that runs concurrently on
 * a stack of its own. It is a Future of the function's result, so it can be
 * waited for in all three ways.
 *
 * An uncaught error is printed at once and kept for `get()`; it harms nobody
 * else. `kill()` ends it at the point where it waits, with a GreenletExit,
 * which is a value rather than a failure. `cancel()` asks it to end as a task is
 * asked: what it waits for is cancelled, too, and one that has not started never
 * runs.
 */
export class GreenletTask<T = unknown> extends Linkable<T> {
  #fn: ((...args: never[]) => T) | null;
  #args: readonly unknown[];
  readonly #fiber: TaskFiber;
  /** That of its maker. `run()` ends the tasks of its family, those of its greenlets too, but no greenlets. */
  declare readonly root: Cancellable | undefined;
  #name: string | undefined;
  #started: boolean = false;
  #alarm: Alarm | undefined;
  /** Set where somebody else reports the failure: the promise of main(). */
  quiet: boolean = false;

  /**
   * Makes one that runs `fn(...args)` once it is started. A subclass may leave `fn` out and have a method `run`.
   *
   * @throws InvalidArgumentError if `fn` is no function; StacksUnavailableError where no stack can be switched
   */
  constructor(fn?: (...args: never[]) => T, ...args: unknown[]) {
    super();
    if (fn !== undefined || this.run === GreenletTask.prototype.run) checkFunction(fn, 'fn');
    this.#fn = fn ?? null;
    this.#args = args.length === 0 ? NO_ARGUMENTS : args;
    this.root = currentRoot();
    // Its async context is not its maker's task's: cancelling that does not reach in here.
    this.#fiber = withGreenletContext(this, () => new TaskFiber(this, this as Cancellable));
  }

  /** Makes one of this class with the arguments of its constructor, and starts it. (gevent's `Greenlet.spawn`.) */
  static spawn<A extends unknown[], G extends GreenletTask>(
    this: new (...args: A) => G,
    ...args: A
  ): G {
    return new this(...args).start();
  }

  /** Puts it into the ready queue: it runs from the next turn of the loop on. Later calls do nothing. */
  start(): this {
    if (this.#started || this.done()) return this;
    this.#started = true;
    this.loop.enqueue(this.#fiber);
    return this;
  }

  /** As `start`, in `ms` milliseconds. (gevent's `start_later`.) */
  startLater(ms: number): this {
    const delay = checkDelay(ms, 'ms');
    if (this.#started || this.done()) return this;
    this.#started = true;
    this.#alarm = new Alarm(this.loop.time() + delay, this.#fiber);
    this.loop.addTimer(this.#alarm);
    return this;
  }

  /** What it runs, on its own stack: the function it was given. For subclasses to override. (gevent's `_run`.) */
  protected run(...args: never[]): T {
    const fn = this.#fn as (...args: never[]) => T;
    return fn(...args);
  }

  /** @internal Runs it to its end, on the greenlet's stack. */
  call(): T {
    const args = this.#args as never[];
    this.#args = NO_ARGUMENTS;
    try {
      return this.run(...args);
    } finally {
      this.#fn = null;
    }
  }

  /** @internal */
  finish(value: unknown): void {
    const { interruption } = this.#fiber;
    // Its time was up, and it never waited again: nothing is left to raise that in.
    if (interruption !== null) this.fail(interruption.error);
    else if (!this.done()) this.returned(value as T);
  }

  /** @internal */
  fail(error: unknown): void {
    if (this.done()) return;
    if (error instanceof GreenletExit) {
      this.returned(error as T);
      return;
    }
    this.failed(error);
    if (this.cancelled()) return;
    if (this.quiet) {
      this.exception(); // it is reported by whoever made it quiet
      return;
    }
    this.markReported();
    reportError(error, this.name);
  }

  /** Its name, for reports: `Greenlet-7` unless it was given one. */
  override get name(): string {
    return (this.#name ??= `Greenlet-${++count}`);
  }

  override set name(name: string) {
    this.#name = name;
  }

  /** @internal */
  get fiber(): Fiber {
    return this.#fiber;
  }

  /** Whether it was started, be it for a later time. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether it was started and has not ended: what `bool(greenlet)` is in gevent. */
  get active(): boolean {
    return this.#started && !this.done();
  }

  /** Where it waits: its stack trace, the innermost call first; undefined while it does not. */
  get stack(): string | undefined {
    return traceOf(this.#fiber);
  }

  /**
   * Waits for its end and returns its result.
   *
   * @throws its error; TimeoutError if it has not ended in time, or yet and `block` is false
   */
  get(options: GetOptions = {}): T {
    checkOptions(options, '{ timeout: 5 }');
    if (options.block === false && !this.done()) {
      throw new TimeoutError(`${this.name} has not ended yet, and get() was not to wait`);
    }
    return wait(this, options);
  }

  /**
   * Waits for its end, or for `timeout` milliseconds; never throws its error.
   *
   * @returns whether it has ended
   */
  join(timeout?: number, options: { signal?: AbortSignal } = {}): boolean {
    if (this.done()) return true;
    const fiber = blockingFiber('join()');
    withinLimits(fiber, { ...options, timeout }, () => awaitEnd(this, fiber));
    return this.done();
  }

  /**
   * Ends it: throws `error` (default a GreenletExit; a subclass of Error stands for an instance of it) where it
   * waits, and waits for its end, unless `block` is false. One that has not started never does. It may clean up,
   * and even refuse: `timeout` limits the wait. Throws nothing, unless it is itself to be killed.
   */
  kill(error: unknown = new GreenletExit(), options: KillOptions = {}): void {
    if (this.done()) return;
    const fiber = this.#fiber;
    const raised = errorOf(error);
    if (fiber === currentFiber()) throw raised;
    if (fiber.state === 'pending') return this.#forgo(raised);
    raiseSoon(fiber, raised);
    if ((options.block ?? true) && inGreenlet()) {
      this.join(options.timeout, options.signal === undefined ? {} : { signal: options.signal });
    }
  }

  /** Ends it before it has begun. */
  #forgo(error: unknown): void {
    const fiber = this.#fiber;
    fiber.cancel();
    this.#alarm?.cancel();
    fiber.state = 'dead';
    this.#fn = null;
    this.#args = NO_ARGUMENTS;
    this.fail(error);
  }

  override interruptForScope(message: string | undefined): void {
    cancelForScope(this.#fiber, message);
  }

  protected override cancelWait(message: string | undefined): boolean {
    if (this.#started) return cancelWait(this.#fiber, message);
    this.#forgo(new CancelledError(message));
    return true;
  }
}
