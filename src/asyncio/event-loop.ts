// Longer than other files, because it is the whole interface of asyncio's loop. Each method is documented here, and done
// by one of the parts that the class is composed of.

import { type ExceptionContext, type ExceptionHandler, lostReport } from './exception-handler.ts';
import {
  adoptRoot,
  callForHost,
  type Cancellable,
  currentRoot,
  hostOf,
  reportUnseenOf,
  Task,
  type TaskBody,
  type TaskHost,
  type TaskOptions,
  tasksOfHost,
} from '../task/index.ts';
import { checkTime, getLoop, keepProcessAlive, type Loop } from '../loop/index.ts';
import { onAbort } from '../kernel/index.ts';
import { checkAbortSignal, checkDelay, checkFunction, InvalidStateError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
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
import { LoopRuns } from './loop-runs.ts';
import { ExceptionHandling } from './exception-handling.ts';
import { addConnections, type Connections } from './connections.ts';
import type { DescriptorLike } from './descriptors.ts';
import type { CallHandle, CallOptions, CallTimerHandle } from './callback.ts';
import type { TaskFactory } from './task-factory.ts';

/** asyncio's THREAD_JOIN_TIMEOUT. */
const EXECUTOR_TIMEOUT_MS = 300_000;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- addConnections() defines these methods
export interface EventLoop extends Connections {}

/**
 * asyncio's event loop object: a life (made, run, stopped, closed) on top of the thread's one loop. Node
 * runs that loop by itself, so `runUntilComplete` and `runForever` do not block but return promises, and
 * closing one of these objects leaves the others, and everything else in the thread, alone.
 *
 * Two things may surprise. What follows `loop.runUntilComplete(main)` without an `await` runs before `main` does. And
 * in a greenlet, where `wait(loop.runUntilComplete(main))` blocks as in Python, only that greenlet stands still.
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see above
export class EventLoop {
  /** The thread's loop, which others share. */
  readonly loop: Loop;
  /** An object of its own, so that it can be asked when this one is gone. */
  readonly #life: Life = { ran: false, closed: false };
  readonly #runs = new LoopRuns(this);
  readonly #exceptions = new ExceptionHandling(this);
  readonly #callbacks: LoopCallbacks;
  #taskFactory: TaskFactory | undefined;
  readonly #asyncgens = new AsyncGenerators();
  readonly #executor = new DefaultExecutor();
  readonly #gates: ThreadGate[] = [];

  constructor(loop: Loop = getLoop()) {
    this.loop = loop;
    this.#callbacks = new LoopCallbacks(this, loop);
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
    const letGo = keepProcessAlive();
    try {
      await this.#untilStopped(run);
    } finally {
      letGo();
      release();
    }
  }

  /**
   * Lets `runUntilComplete` or `runForever` return once this turn's callbacks have run. Called before, it lets the next
   * one return after one turn.
   */
  stop(): void {
    this.#runs.stop();
  }

  /** @internal What runs fails with `error`. */
  raise(error: unknown): void {
    this.#runs.fail(error);
  }

  /** Ends the life of this object; to do it twice is no error. What is under way in the thread goes on. */
  close(): void {
    if (this.isRunning())
      throw new InvalidStateError(
        'Cannot close a running event loop; call `stop()` and wait for the run first',
      );
    if (!this.#life.closed && getDebug()) this.#tellPending();
    reportUnseenOf(this, (error, lost) => this.callExceptionHandler(lostReport(error, lost)));
    this.#life.closed = true;
    this.#callbacks.close();
    for (const gate of this.#gates) gate.close();
  }

  isRunning(): boolean {
    return this.#runs.running;
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

  /** The loop's clock, in milliseconds from an arbitrary zero. */
  time(): number {
    return this.loop.time();
  }

  /**
   * Calls `fn(...args)` in the next turn, with AsyncLocalStorage as it is now and in a copy of the current context.
   * Another context goes in place of arguments.
   *
   * @throws InvalidArgumentError for a generator function: nobody would run what it returns
   * @example
   * loop.callSoon(console.log, 'soon')
   * loop.callSoon(() => console.log(user.get()), { context })
   */
  callSoon(fn: () => unknown, options: CallOptions): CallHandle;
  callSoon<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): CallHandle;
  callSoon(fn: unknown, ...args: unknown[]): CallHandle {
    return this.#callbacks.callSoon(fn, args);
  }

  /**
   * As `callSoon`: this thread's own code, also that which runs outside of the loop, wakes it in any case. Other threads
   * cannot hold this object; they come in through a gate, see `openGate`.
   */
  callSoonThreadsafe<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): CallHandle {
    return this.callSoon(fn, ...args);
  }

  /**
   * Calls `fn(...args)` as `callSoon` does, at the first turn that begins `ms` milliseconds from now, or later. With 0
   * or less that is the next turn, with Infinity none: such a timer keeps nothing alive.
   */
  callLater(ms: number, fn: () => unknown, options: CallOptions): CallTimerHandle;
  callLater<A extends unknown[]>(
    ms: number,
    fn: (...args: A) => unknown,
    ...args: A
  ): CallTimerHandle;
  callLater(ms: number, fn: unknown, ...args: unknown[]): CallTimerHandle {
    return this.#callbacks.callAt(this.loop.time() + checkTime(ms, 'ms'), fn, args);
  }

  /** As `callLater`, at an absolute time of `time()`. */
  callAt(when: number, fn: () => unknown, options: CallOptions): CallTimerHandle;
  callAt<A extends unknown[]>(
    when: number,
    fn: (...args: A) => unknown,
    ...args: A
  ): CallTimerHandle;
  callAt(when: number, fn: unknown, ...args: unknown[]): CallTimerHandle {
    return this.#callbacks.callAt(when, fn, args);
  }

  /**
   * Calls `fn(...args)` in a turn of the loop whenever `fd` can be read from without waiting: a pipe, a terminal, a
   * socket's descriptor. It replaces the reader that was there. It is told again as long as there is something to read
   * (level-triggered), and keeps the process alive. Remove it before you close the descriptor. The descriptor becomes
   * non-blocking: a read that finds nothing fails with EAGAIN.
   *
   * @throws DescriptorError if it cannot be watched: it is not open, a regular file, or the addon is not there
   * @example loop.addReader(0, () => console.log(readSync(0, buffer)))
   */
  addReader<A extends unknown[]>(
    fd: DescriptorLike,
    fn: (...args: A) => unknown,
    ...args: A
  ): void {
    this.#callbacks.addReader(fd, fn, args);
  }

  /** As `addReader`, for when `fd` can be written to. */
  addWriter<A extends unknown[]>(
    fd: DescriptorLike,
    fn: (...args: A) => unknown,
    ...args: A
  ): void {
    this.#callbacks.addWriter(fd, fn, args);
  }

  /** Takes back `addReader`. False if there was no reader. */
  removeReader(fd: DescriptorLike): boolean {
    return this.#callbacks.removeReader(fd);
  }

  /** Takes back `addWriter`. False if there was no writer. */
  removeWriter(fd: DescriptorLike): boolean {
    return this.#callbacks.removeWriter(fd);
  }

  /**
   * Calls `fn(...args)` in a turn of the loop when the process receives `signal`. It replaces the handler that was
   * there, and is gone when the loop is closed. While the loop runs, it keeps the process alive. With one for SIGINT, `run` leaves Ctrl-C to it.
   *
   * @throws SignalError in a Worker, and for SIGKILL and SIGSTOP
   * @example loop.addSignalHandler('SIGTERM', () => server.close())
   */
  addSignalHandler<A extends unknown[]>(
    signal: NodeJS.Signals,
    fn: (...args: A) => unknown,
    ...args: A
  ): void {
    this.#callbacks.addSignalHandler(signal, fn, args);
  }

  /** Takes back `addSignalHandler`. False if there was no handler. */
  removeSignalHandler(signal: NodeJS.Signals): boolean {
    return this.#callbacks.removeSignalHandler(signal);
  }

  /** Makes `handler(loop, context)` hear of errors that reach nobody else; undefined: they are printed again. */
  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    this.#exceptions.handler = handler;
  }

  getExceptionHandler(): ExceptionHandler | undefined {
    return this.#exceptions.handler;
  }

  /** Prints the report on stderr. Handlers may call it for what they do not care for. */
  defaultExceptionHandler(context: ExceptionContext): void {
    this.#exceptions.print(context);
  }

  /** Reports an error to the exception handler, and to the default one if that fails. It never throws. */
  callExceptionHandler(context: ExceptionContext): void {
    this.#exceptions.handle(context);
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
    this.#callbacks.running = true;
    try {
      await this.#runs.until(run);
    } finally {
      this.#callbacks.running = false;
    }
  }
}

addConnections(EventLoop.prototype);
