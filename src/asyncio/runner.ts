import { currentTask, fromPromise, Task, type TaskBody, tasksOfHost } from '../task/index.ts';
import { CancelledError, checkAbortSignal, InvalidStateError } from '../errors/index.ts';
import type { SignalOptions } from '../sync/index.ts';
import { type Context, copyContext } from '../context/index.ts';
import { AbortRequest, cancelledForSignals } from '../abort/index.ts';
import { newEventLoop } from './current-loop.ts';
import { DeadlockError } from './deadlock-error.ts';
import { onDeadlock, type Stuck } from '../hub/index.ts';
import { setDebug } from '../inspect/index.ts';
import type { EventLoop } from './event-loop.ts';
import { gather } from '../combine/index.ts';
import { type Interruptible, KeyboardInterrupt, onInterrupt } from '../ends/index.ts';

export interface RunnerOptions {
  /** Whether to switch debug mode on (or off) as long as the runner is open. Default: as it is. */
  readonly debug?: boolean | undefined;
  /** Makes the event loop. Default: `newEventLoop`. */
  readonly loopFactory?: (() => EventLoop) | undefined;
}

export interface RunnerRunOptions {
  /** The name of the main task. */
  readonly name?: string | undefined;
  /** The context of the main task. Default: the runner's own, which all its runs share. */
  readonly context?: Context | undefined;
  /** Aborted, it cancels the main task, and the run fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Several runs on one event loop, with the same context variables: `run` is one of them with everything around it.
 * (asyncio's `Runner`.)
 *
 * @example
 * const runner = new Runner()
 * await runner.run(connect)
 * await runner.run(work)
 * await runner.close()
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #context = copyContext();
  /** Whether debug mode was on before this runner switched it. */
  #debugBefore: boolean | undefined;
  #loop: EventLoop | undefined;
  #closed = false;
  /** Interrupted twice: whoever wants to end does not wait for those who do not. */
  #abandoned = false;

  constructor(options: RunnerOptions = {}) {
    this.#options = options;
  }

  /**
   * The event loop of the runs, made at the first call.
   *
   * @throws InvalidStateError if the runner is closed
   */
  getLoop(): EventLoop {
    if (this.#closed)
      throw new InvalidStateError('The runner is closed; make another with `new Runner()`');
    if (this.#loop === undefined) {
      this.#loop = (this.#options.loopFactory ?? newEventLoop)();
      if (this.#options.debug !== undefined) this.#debugBefore = setDebug(this.#options.debug);
    }
    return this.#loop;
  }

  /**
   * Runs a program's main coroutine or async function; the promise gets its result. Tasks that it leaves behind
   * are there at the next run; `close` ends them.
   *
   * SIGINT (Ctrl-C) cancels the main task, unless the program listens for the signal itself, and a second one does
   * not wait for it.
   *
   * @throws InvalidStateError (by the promise) inside a task, while another run is under way, or when closed
   * @throws KeyboardInterrupt (by the promise) if SIGINT ended it
   * @throws DeadlockError (by the promise) if nothing is left in the process that could end its wait
   */
  async run<T>(main: TaskBody<T>, options: RunnerRunOptions = {}): Promise<T> {
    checkOutsideTasks('Runner.run');
    checkAbortSignal(options.signal, 'signal')?.throwIfAborted();
    const loop = this.getLoop();
    if (loop.isRunning())
      throw new InvalidStateError(
        'The runner is running already; wait for the run before the next',
      );
    const task = loop.createTask(main, {
      context: options.context ?? this.#context,
      asRoot: true,
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    const mainRun = new MainRun<T>(loop, task);
    try {
      return await mainRun.run(options.signal);
    } finally {
      this.#abandoned ||= mainRun.abandoned;
    }
  }

  /**
   * Cancels the tasks that are left and waits for them to tidy up, closes what belongs to the event loop, and the
   * loop itself. To do it twice is no error. When `signal` is aborted, nothing is waited for any more: the loop is closed,
   * and the promise fails with the signal's reason.
   */
  async close({ signal }: SignalOptions = {}): Promise<void> {
    checkAbortSignal(signal, 'signal');
    if (this.#closed) return;
    const loop = this.#loop;
    if (loop?.isRunning() === true)
      throw new InvalidStateError('Cannot close the runner while it runs; wait for the run first');
    this.#closed = true;
    if (loop === undefined) return;
    try {
      await this.#endTasks(loop, signal);
      if (this.#abandoned) return;
      await loop.shutdownAsyncgens({ signal });
      // A generator that is closed may start tasks, too.
      if (tasksOfHost(loop).length > 0) await this.#endTasks(loop, signal);
      await loop.shutdownDefaultExecutor(undefined, { signal });
    } finally {
      loop.close();
      if (this.#debugBefore !== undefined) setDebug(this.#debugBefore);
    }
  }

  /** Cancels the tasks that are left and waits for them, and those that they start meanwhile, until none is left. */
  async #endTasks(loop: EventLoop, signal: AbortSignal | undefined): Promise<void> {
    do {
      const left = tasksOfHost(loop);
      for (const task of left) task.cancel();
      if (this.#abandoned) return;
      // A future and no task, which an abort could leave behind.
      const ended = fromPromise(endOf(left, loop));
      await new AbortRequest(ended, signal).over(loop.runUntilComplete(ended));
    } while (tasksOfHost(loop).length > 0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** @throws InvalidStateError inside a task; a greenlet may wait for a run */
export function checkOutsideTasks(what: string): void {
  if (currentTask() instanceof Task) {
    throw new InvalidStateError(
      `Cannot call \`${what}\` inside a task; use \`await\` or \`yield*\` on what you wanted to run`,
    );
  }
}

/** A main that runs, until it is done or SIGINT ends it. */
class MainRun<T> implements Interruptible, Stuck {
  /** A second SIGINT came, or a second deadlock: nothing that is left is waited for. */
  abandoned = false;
  readonly #loop: EventLoop;
  readonly #task: Task<T>;
  #interrupted = false;
  #deadlock: DeadlockError | undefined;

  constructor(loop: EventLoop, task: Task<T>) {
    this.#loop = loop;
    this.#task = task;
  }

  async run(signal: AbortSignal | undefined): Promise<T> {
    const release = [onInterrupt(this), onDeadlock(this)];
    try {
      const abort = new AbortRequest(this.#task, signal);
      return await abort.over(this.#loop.runUntilComplete(this.#task));
    } catch (error) {
      if (this.abandoned) throw this.#deadlock ?? new KeyboardInterrupt();
      if (this.#deadlock !== undefined && error instanceof CancelledError) throw this.#deadlock;
      if (this.#interrupted && error instanceof CancelledError && !this.#othersAsk())
        throw new KeyboardInterrupt(undefined, { cause: error });
      throw error;
    } finally {
      for (const each of release) each();
    }
  }

  /** Whether it was cancelled not only by SIGINT, and by the signal of the run. */
  #othersAsk(): boolean {
    return this.#task.uncancel() > cancelledForSignals(this.#task);
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#task.cancel();
  }

  /** The main is cancelled, so that it tidies up; one that waits again in vain is given up. */
  deadlocked(): void {
    if (this.#deadlock !== undefined) return this.interruptNow();
    const left = tasksOfHost(this.#loop);
    if (left.length === 0) return;
    this.#deadlock = new DeadlockError(left);
    this.#task.cancel();
  }

  interruptNow(): void {
    this.abandoned = true;
    this.#loop.stop();
  }
}

/** Waits for cancelled tasks, and reports those that failed meanwhile. */
async function endOf(left: readonly Task[], loop: EventLoop): Promise<void> {
  await gather(left, { returnExceptions: true });
  for (const task of left) {
    if (task.cancelled() || task.exception() === undefined) continue;
    loop.callExceptionHandler({
      message: 'Unhandled exception during run() shutdown',
      exception: task.exception(),
      task,
    });
  }
}
