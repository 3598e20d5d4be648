import { checkTime, type Loop } from '../loop/index.ts';
import { Callback, CallHandle, type CallOptions, CallTimerHandle } from './callback.ts';
import { checkOpen } from './check-open.ts';
import { type DescriptorLike, Descriptors } from './descriptors.ts';
import { ErrorReports } from './error-reports.ts';
import type { EventLoop } from './event-loop.ts';
import { SignalHandlers } from './signal-handlers.ts';

/** What an event loop calls, and when: a part of `EventLoop`, as `ErrorReports` is. */
export abstract class LoopCallbacks extends ErrorReports {
  readonly loop: Loop;
  readonly #descriptors = new Descriptors(this as LoopCallbacks as EventLoop);
  readonly #signals = new SignalHandlers();

  constructor(loop: Loop) {
    super();
    this.loop = loop;
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
    checkOpen(this);
    const handle = new CallHandle(this.#callback(fn, args));
    this.loop.enqueue(handle);
    return handle;
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
    return this.#callAt(this.loop.time() + checkTime(ms, 'ms'), fn, args);
  }

  /** As `callLater`, at an absolute time of `time()`. */
  callAt(when: number, fn: () => unknown, options: CallOptions): CallTimerHandle;
  callAt<A extends unknown[]>(
    when: number,
    fn: (...args: A) => unknown,
    ...args: A
  ): CallTimerHandle;
  callAt(when: number, fn: unknown, ...args: unknown[]): CallTimerHandle {
    return this.#callAt(when, fn, args);
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
    checkOpen(this);
    this.#descriptors.addReader(fd, this.#callback(fn, args));
  }

  /** As `addReader`, for when `fd` can be written to. */
  addWriter<A extends unknown[]>(
    fd: DescriptorLike,
    fn: (...args: A) => unknown,
    ...args: A
  ): void {
    checkOpen(this);
    this.#descriptors.addWriter(fd, this.#callback(fn, args));
  }

  /** Takes back `addReader`. False if there was no reader. */
  removeReader(fd: DescriptorLike): boolean {
    return this.#descriptors.removeReader(fd);
  }

  /** Takes back `addWriter`. False if there was no writer. */
  removeWriter(fd: DescriptorLike): boolean {
    return this.#descriptors.removeWriter(fd);
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
    checkOpen(this);
    this.#signals.add(signal, this.loop, this.#callback(fn, args));
  }

  /** Takes back `addSignalHandler`. False if there was no handler. */
  removeSignalHandler(signal: NodeJS.Signals): boolean {
    return this.#signals.remove(signal);
  }

  /** While it runs, its signal handlers keep the process alive. */
  protected set running(running: boolean) {
    this.#signals.running = running;
  }

  /** Watches no descriptor and no signal any more. */
  protected closeCallbacks(): void {
    this.#descriptors.close();
    this.#signals.close();
  }

  #callback(fn: unknown, args: readonly unknown[]): Callback {
    return new Callback(this as LoopCallbacks as EventLoop, fn, args);
  }

  #callAt(when: number, fn: unknown, args: readonly unknown[]): CallTimerHandle {
    checkOpen(this);
    const timer = new CallTimerHandle(when, this.#callback(fn, args));
    this.loop.addTimer(timer);
    return timer;
  }
}
