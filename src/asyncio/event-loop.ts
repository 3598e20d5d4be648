import { onAbort } from '../kernel/index.ts';
import {
  adoptRoot,
  callForHost,
  type Cancellable,
  currentRoot,
  hostOf,
  Task,
  type TaskBody,
  type TaskHost,
  type TaskOptions,
  tasksOfHost,
} from '../task/index.ts';
import { checkAbortSignal, checkDelay, checkFunction, InvalidStateError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { getLoop, type Loop } from '../loop/index.ts';
import type { SignalOptions } from '../sync/index.ts';
import { abortableFuture, AbortRequest, unlessAborted } from '../abort/index.ts';
import { AsyncGenerators } from './asyncgens.ts';
import { checkOpen } from './check-open.ts';
import { debuggerOfThread, getDebug, type Life, setDebug } from '../inspect/index.ts';
import {
  DefaultExecutor,
  type Executor,
  type Exposed,
  ThreadGate,
  withoutSignal,
} from '../threads/index.ts';
import { LoopCallbacks } from './loop-callbacks.ts';
import { beginRunning, endRunning } from './running.ts';
import type { TaskFactory } from './task-factory.ts';

/** asyncio's THREAD_JOIN_TIMEOUT. */
const EXECUTOR_TIMEOUT_MS = 300_000;

/**
 * asyncio's event loop object: a life (made, run, stopped, closed) on top of the thread's one loop. Node
 * runs that loop by itself, so `runUntilComplete` and `runForever` do not block but return promises, and
 * closing one of these objects leaves the others, and everything else in the thread, alone.
 *
 * Two things may surprise. What follows `loop.runUntilComplete(main)` without an `await` runs before `main` does. And
 * in a greenlet, where `wait(loop.runUntilComplete(main))` blocks as in Python, only that greenlet stands still.
 */
export class EventLoop extends LoopCallbacks {
  /** An object of its own, so that it can be asked when this one is gone. */
  readonly #life: Life = { ran: false, closed: false };
  #run: PromiseWithResolvers<void> | undefined;
  /** `stop` was called while it did not run. */
  #stopDue = false;
  #taskFactory: TaskFactory | undefined;
  readonly #asyncgens = new AsyncGenerators();
  readonly #executor = new DefaultExecutor();
  readonly #gates: ThreadGate[] = [];

  constructor(loop: Loop = getLoop()) {
    super(loop);
    if (getDebug()) debuggerOfThread().opened(this, this.#life, new.target);
  }

  /**
   * Runs a coroutine, async function or future; the promise gets its result. When `signal` is aborted, that is cancelled,
   * and the promise fails with the signal's reason once it has ended.
   *
   * @throws InvalidStateError (by the promise) if the loop is closed or running, or is stopped meanwhile
   */
  async runUntilComplete<T>(body: TaskBody<T>, { signal }: SignalOptions = {}): Promise<T> {
    checkAbortSignal(signal, 'signal')?.throwIfAborted();
    this.#checkStartable();
    const future = body instanceof Future ? (body as Future<T>) : this.createTask(body);
    return new AbortRequest(future, signal).over(this.#untilDone(future));
  }

  async #untilDone<T>(future: Future<T>): Promise<T> {
    // Of this run only: after another end the callback may come when the next one runs.
    const run = Promise.withResolvers<void>();
    const stop = (): void => run.resolve();
    future.addDoneCallback(stop);
    try {
      await this.#untilStopped(run);
    } finally {
      future.removeDoneCallback(stop);
    }
    if (future.done()) return future.result();
    throw new InvalidStateError(
      'The event loop was stopped before the future was done; wait for the future before `stop()`',
    );
  }

  /**
   * The promise is fulfilled after `stop()`. Until then the process is kept alive. When `signal` is aborted, the loop
   * stops, and the promise fails with its reason.
   */
  async runForever({ signal }: SignalOptions = {}): Promise<void> {
    checkAbortSignal(signal, 'signal')?.throwIfAborted();
    this.#checkStartable();
    const run = Promise.withResolvers<void>();
    const release = onAbort(signal, () => run.reject(signal?.reason));
    const keepAlive = setInterval(doNothing, 2 ** 31 - 1);
    try {
      await this.#untilStopped(run);
    } finally {
      clearInterval(keepAlive);
      release();
    }
  }

  /**
   * Lets `runUntilComplete` or `runForever` return once this turn's callbacks have run. Called before, it lets the next
   * one return after one turn.
   */
  stop(): void {
    if (this.#run === undefined) this.#stopDue = true;
    else this.#run.resolve();
  }

  /** @internal What runs fails with `error`. */
  raise(error: unknown): void {
    this.#run?.reject(error);
  }

  /** Ends the life of this object; to do it twice is no error. What is under way in the thread goes on. */
  close(): void {
    if (this.isRunning())
      throw new InvalidStateError(
        'Cannot close a running event loop; call `stop()` and wait for the run first',
      );
    if (!this.#life.closed && getDebug()) this.#tellPending();
    this.#life.closed = true;
    this.closeCallbacks();
    for (const gate of this.#gates) gate.close();
  }

  isRunning(): boolean {
    return this.#run !== undefined;
  }

  isClosed(): boolean {
    return this.#life.closed;
  }

  /**
   * Opens a way into this loop for other threads: they may call `functions`, by their names. It is closed with the
   * loop. See `ThreadGate`.
   */
  openGate<F extends Exposed>(functions: F): ThreadGate<F> {
    checkOpen(this);
    const gate = new ThreadGate(this, functions);
    this.#gates.push(gate);
    return gate;
  }

  createFuture<T = unknown>(): Future<T> {
    return new Future<T>(this.loop);
  }

  /**
   * Starts a task that belongs to this event loop, made by its task factory if it has one.
   *
   * @throws InvalidStateError if the event loop is closed
   * @example const task = getRunningLoop().createTask(() => download(url), { name: 'download' })
   */
  createTask<T>(body: TaskBody<T>, options?: Omit<TaskOptions, 'loop'>): Task<T>;
  /** @internal For code that has looked up the root and the host of the running code. */
  createTask<T>(
    body: TaskBody<T>,
    options?: Omit<TaskOptions, 'loop'>,
    root?: Cancellable,
    host?: TaskHost,
  ): Task<T>;
  createTask<T>(
    body: TaskBody<T>,
    options?: Omit<TaskOptions, 'loop'>,
    root: Cancellable | undefined = currentRoot(),
    host: TaskHost | undefined = hostOf(root),
  ): Task<T> {
    checkOpen(this);
    const asRoot = options?.asRoot ?? (root === undefined || host !== this);
    // The usual case: what the task has to know of its event loop it has from its maker.
    if (!asRoot && this.#taskFactory === undefined && this.loop === getLoop())
      return new Task<T>(body, options, root);
    const task = this.#makeTask(body, { ...options, loop: this.loop, asRoot });
    if (asRoot) adoptRoot(task, this);
    return task;
  }

  /** An eager one runs before anybody could adopt it, so that what it starts has to find this loop in another way. */
  #makeTask<T>(body: TaskBody<T>, options: TaskOptions): Task<T> {
    const factory = this.#taskFactory;
    return callForHost(this, () =>
      factory === undefined ? new Task<T>(body, options) : factory(this, body, options),
    );
  }

  /** Makes `factory` make the tasks of `createTask`; undefined: plain ones again. */
  setTaskFactory(factory: TaskFactory | undefined): void {
    if (factory !== undefined) checkFunction(factory, 'factory');
    this.#taskFactory = factory;
  }

  getTaskFactory(): TaskFactory | undefined {
    return this.#taskFactory;
  }

  /** Switches debug mode on or off, for the whole thread, whose loop the event loops share. */
  setDebug(on: boolean): void {
    setDebug(on);
  }

  getDebug(): boolean {
    return getDebug();
  }

  /** How many milliseconds a callback or a step of a task may take before debug mode tells of it. Default 100. */
  get slowCallbackDuration(): number {
    return debuggerOfThread().slowCallbackDuration;
  }

  set slowCallbackDuration(ms: number) {
    debuggerOfThread().slowCallbackDuration = checkDelay(ms, 'slowCallbackDuration');
  }

  /**
   * Calls the function `name` that `module` exports, with `args`, in an executor (undefined: the default one), and
   * returns the future of its result. It begins at once. Options are a last argument with a `signal`: when it is
   * aborted, the call is cancelled, and the future fails with its reason. See `toThread`.
   *
   * @throws InvalidStateError after `shutdownDefaultExecutor`
   */
  runInExecutor<T = unknown>(
    executor: Executor | undefined,
    module: URL | string,
    name: string,
    ...args: unknown[]
  ): Future<T> {
    checkOpen(this);
    const [passed, signal] = withoutSignal(args);
    return abortableFuture(this.#executor.submit<T>(executor, module, name, passed), signal);
  }

  /** Makes `executor` the default one, which is then this loop's to shut down. At first it is one that all share. */
  setDefaultExecutor(executor: Executor): void {
    this.#executor.set(executor);
  }

  /**
   * Waits until what runs in the default executor is done, and takes no more of it. What is not done after `timeout`
   * milliseconds is ended. `run` does so at its end. Aborting `signal` ends the wait, with its reason, and nothing else.
   */
  async shutdownDefaultExecutor(
    timeout: number = EXECUTOR_TIMEOUT_MS,
    { signal }: SignalOptions = {},
  ): Promise<void> {
    checkDelay(timeout, 'timeout');
    checkAbortSignal(signal, 'signal')?.throwIfAborted();
    await unlessAborted(this.#executor.shutdown(timeout), signal);
  }

  /** Notes an async generator that is stepped by hand, to be closed by `shutdownAsyncgens`; returns it. */
  adoptAsyncgen<G extends AsyncGenerator>(generator: G): G {
    this.#asyncgens.add(generator);
    return generator;
  }

  /**
   * Closes the async generators noted by `adoptAsyncgen`. Aborting `signal` ends the wait for them, with its reason, and
   * nothing else. (asyncio's `shutdown_asyncgens`.)
   */
  async shutdownAsyncgens({ signal }: SignalOptions = {}): Promise<void> {
    checkAbortSignal(signal, 'signal')?.throwIfAborted();
    await unlessAborted(this.#asyncgens.close(this), signal);
  }

  #tellPending(): void {
    for (const task of tasksOfHost(this)) {
      this.callExceptionHandler({
        message: 'The event loop is closed while a task is pending',
        task,
      });
    }
  }

  #checkStartable(): void {
    checkOpen(this);
    if (this.isRunning())
      throw new InvalidStateError(
        'This event loop is already running; use `createTask`, and wait for the task',
      );
  }

  async #untilStopped(run: PromiseWithResolvers<void>): Promise<void> {
    this.#life.ran = true;
    beginRunning(this);
    this.running = true;
    this.#run = run;
    // Behind what is ready now.
    if (this.#stopDue) this.loop.callSoon(() => this.stop());
    this.#stopDue = false;
    try {
      await run.promise;
    } finally {
      this.#run = undefined;
      this.running = false;
      endRunning(this);
    }
  }
}

function doNothing(): void {}
