import { CancelledError, GreenroomError, checkFunction } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import {
  Fiber,
  currentFiber,
  mainFiber,
  reportStart,
  traceOf,
  transfer,
} from '../greenlet/fiber.ts';
import { GreenletExit } from '../greenlet/greenlet-exit.ts';
import { readResult, writeError } from '../greenlet/letter.ts';
import { getLoop } from '../loop/index.ts';
import { Cancellable, setGreenletLookup, withGreenletContext } from '../task/index.ts';
import { taskOf } from './fiber-name.ts';
import type { WaitOptions } from './limited.ts';
import { forgetParker, interrupt, interruptNext, nextFiber, reach, type Wait } from './park.ts';
import { wait } from './wait.ts';

/** The fiber of a spawned greenlet: it settles a future, and its stack goes on with whoever is ready. */
class TaskFiber extends Fiber {
  readonly task: GreenletTask<unknown>;

  constructor(task: GreenletTask<unknown>) {
    super(mainFiber);
    this.task = task;
  }

  override get subject(): object {
    return this.task;
  }

  execute(): Fiber {
    try {
      reportStart();
      if (this.interruption !== null) throw this.interruption.error;
      this.task.finish(this.task.call());
    } catch (error) {
      this.task.fail(error);
    }
    forgetParker(this);
    return nextFiber();
  }

  override unstartable(error: unknown): void {
    this.state = 'dead';
    this.task.fail(error);
  }

  override terminated(): void {
    forgetParker(this);
    this.task.fail(
      new GreenroomError('ERR_TERMINATED', "The greenlet's script was terminated while it ran"),
    );
  }
}

let count = 0;

export interface KillOptions extends WaitOptions {
  /** Whether to wait for its end. Default true. */
  block?: boolean;
}

/**
 * A spawned greenlet, gevent's `Greenlet`: a function that runs concurrently on
 * a stack of its own. It is a Future of the function's result, so it can be
 * waited for in all three ways.
 *
 * An uncaught error is printed at once and kept for `get()`; it harms nobody
 * else. `kill()` ends it at the point where it waits, with a GreenletExit,
 * which is a value rather than a failure.
 */
export class GreenletTask<T = unknown> extends Cancellable<T> {
  #call: (() => T) | null;
  readonly #fiber: TaskFiber;
  #name: string | undefined;
  #started: boolean = false;
  /** Set where somebody else reports the failure: the promise of main(). */
  quiet: boolean = false;
  /** Greenlets found no family: `run()` ends the tasks that it started, not them. */
  override readonly root: undefined = undefined;

  constructor(call: () => T, name?: string) {
    super();
    this.#call = call;
    this.#name = name;
    // Its async context is not its maker's task's: cancelling that does not reach in here.
    this.#fiber = withGreenletContext(this, () => new TaskFiber(this));
  }

  /** Puts it into the ready queue; later calls do nothing. */
  start(): this {
    if (!this.#started) this.loop.enqueue(this.#fiber);
    this.#started = true;
    return this;
  }

  /** @internal Runs the function, on the greenlet's stack. */
  call(): T {
    const run = this.#call as () => T;
    this.#call = null;
    return run();
  }

  /** @internal */
  finish(value: T): void {
    const { interruption } = this.#fiber;
    // Cancelled, and it never waited again: nothing is left to raise that in.
    if (interruption !== null) this.fail(interruption.error);
    else if (!this.done()) this.returned(value);
  }

  /** @internal */
  fail(error: unknown): void {
    if (this.done()) return;
    if (error instanceof GreenletExit) {
      this.returned(error as T);
      return;
    }
    this.failed(error);
    if (this.quiet || this.cancelled()) return;
    this.exception(); // it is printed here, so nobody else needs to
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    process.stderr.write(`${text}\n    in ${this.name}\n`);
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

  /** Whether it has ended. */
  ready(): boolean {
    return this.done();
  }

  /** Whether it has ended without a failure; a killed one has. */
  successful(): boolean {
    return this.done() && !this.cancelled() && this.exception() === undefined;
  }

  /** Its result, or undefined as long as there is none. */
  get value(): T | undefined {
    return this.successful() ? this.result() : undefined;
  }

  /** Where it waits: its stack trace, the innermost call first; undefined while it does not. */
  get stack(): string | undefined {
    return traceOf(this.#fiber);
  }

  /** Waits for its end and returns its result or throws its error. */
  get(options?: WaitOptions): T {
    return wait(this, options);
  }

  /** Waits for its end, or for `timeout` milliseconds; never throws its error. Returns whether it has ended. */
  join(timeout?: number): boolean {
    if (this.done()) return true;
    const ended = new Future<void>();
    const settle = (): void => ended.setResult();
    this.addDoneCallback(settle);
    try {
      wait(ended, { timeout });
      return true;
    } catch (error) {
      if (this.done()) return true;
      if (timeout !== undefined && (error as { code?: unknown }).code === 'ERR_TIMEOUT')
        return false;
      throw error;
    } finally {
      this.removeDoneCallback(settle);
    }
  }

  /** Calls `callback` with this greenlet, from the loop, when it has ended; at once if it has. */
  link(callback: (task: GreenletTask<T>) => void): void {
    this.addDoneCallback(callback);
  }

  /** Takes back `link`. */
  unlink(callback: (task: GreenletTask<T>) => void): void {
    this.removeDoneCallback(callback);
  }

  /**
   * Ends it: throws `error` (default a GreenletExit) where it waits, and waits
   * for its end, unless `block` is false. One that has not started never does.
   */
  kill(error: unknown = new GreenletExit(), options: KillOptions = {}): void {
    if (this.done()) return;
    const fiber = this.#fiber;
    if (fiber === currentFiber()) throw error;
    if (fiber.state === 'pending') {
      fiber.cancel();
      fiber.state = 'dead';
      this.#call = null;
      this.fail(error);
      return;
    }
    if (!interrupt(fiber, error)) {
      // It stands in a switch() to another greenlet.
      getLoop().callSoon(() => {
        if (fiber.state !== 'active') return;
        writeError(error);
        transfer(fiber, 'throw');
        readResult();
      });
    }
    if ((options.block ?? true) && currentFiber() !== mainFiber) this.join(options.timeout);
  }

  /**
   * Asks it to end, as a task is asked: a CancelledError is raised where it waits, and what it waits for is
   * cancelled, too. `kill` ends the wait alone. One that has not started never runs.
   */
  override cancel(message?: string): boolean {
    return super.cancel(message);
  }

  override uncancel(): number {
    const left = super.uncancel();
    const { interruption } = this.#fiber;
    if (
      left === 0 &&
      interruption?.atNextPark === true &&
      interruption.error instanceof CancelledError
    )
      this.#fiber.interruption = null;
    return left;
  }

  override reach(message: string | undefined): void {
    reach(this.#fiber, message);
  }

  protected override cancelWait(message: string | undefined): boolean {
    const fiber = this.#fiber;
    const on = fiber.parkedOn as Wait | null;
    if (on?.cancelAwaited?.(message) === true) return true;
    if (!interrupt(fiber, new CancelledError(message)))
      interruptNext(fiber, new CancelledError(message));
    return true;
  }
}

setGreenletLookup(() => {
  const fiber = currentFiber();
  return fiber === mainFiber ? undefined : taskOf(fiber);
});

/**
 * Runs `fn(...args)` in a greenlet of its own, from the next turn of the loop
 * on; returns at once.
 *
 * @example
 * const size = spawn(() => readFileSync('a').length)
 * const other = spawn(() => readFileSync('b').length)
 * console.log(size.get() + other.get())
 */
export function spawn<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): GreenletTask<T> {
  checkFunction(fn, 'fn');
  return new GreenletTask<T>(args.length === 0 ? fn : (): T => fn(...args)).start();
}
