import { InvalidStateError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { getLoop, type Handle, type Loop, type TimerHandle } from '../loop/index.ts';
import { ensureFuture, Task, type TaskBody, type TaskOptions } from '../task/index.ts';

const running: EventLoop[] = [];

/**
 * asyncio's event loop object: a life (made, run, stopped, closed) on top of the thread's one loop. Node
 * runs that loop by itself, so `runUntilComplete` and `runForever` do not block but return promises, and
 * closing one of these objects leaves the others, and everything else in the thread, alone.
 */
export class EventLoop {
  readonly loop: Loop;
  #closed = false;
  #stop: (() => void) | undefined;

  constructor(loop: Loop = getLoop()) {
    this.loop = loop;
  }

  /**
   * Runs a coroutine, async function or future; the promise gets its result.
   *
   * @throws InvalidStateError (by the promise) if the loop is closed or running, or is stopped meanwhile
   */
  async runUntilComplete<T>(body: TaskBody<T>): Promise<T> {
    this.#checkStartable();
    const future = ensureFuture(body, { loop: this.loop });
    const stop = (): void => this.stop();
    future.addDoneCallback(stop);
    await this.#untilStopped();
    future.removeDoneCallback(stop);
    if (future.done()) return future.result();
    throw new InvalidStateError(
      'The event loop was stopped before the future was done; wait for the future before `stop()`',
    );
  }

  /** The promise is fulfilled after `stop()`. Until then the process is kept alive. */
  async runForever(): Promise<void> {
    this.#checkStartable();
    const keepAlive = setInterval(doNothing, 2 ** 31 - 1);
    try {
      await this.#untilStopped();
    } finally {
      clearInterval(keepAlive);
    }
  }

  /** Lets `runUntilComplete` or `runForever` return once this turn's callbacks have run. */
  stop(): void {
    this.#stop?.();
  }

  /** Ends the life of this object; to do it twice is no error. What is under way in the thread goes on. */
  close(): void {
    if (this.isRunning())
      throw new InvalidStateError(
        'Cannot close a running event loop; call `stop()` and wait for the run first',
      );
    this.#closed = true;
  }

  isRunning(): boolean {
    return this.#stop !== undefined;
  }

  isClosed(): boolean {
    return this.#closed;
  }

  /** The loop's clock, in milliseconds from an arbitrary zero. */
  time(): number {
    return this.loop.time();
  }

  callSoon<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): Handle {
    this.#checkOpen();
    return this.loop.callSoon(fn, ...args);
  }

  callLater<A extends unknown[]>(ms: number, fn: (...args: A) => unknown, ...args: A): TimerHandle {
    this.#checkOpen();
    return this.loop.callLater(ms, fn, ...args);
  }

  callAt<A extends unknown[]>(when: number, fn: (...args: A) => unknown, ...args: A): TimerHandle {
    this.#checkOpen();
    return this.loop.callAt(when, fn, ...args);
  }

  createFuture<T = unknown>(): Future<T> {
    return new Future<T>(this.loop);
  }

  createTask<T>(body: TaskBody<T>, options?: Omit<TaskOptions, 'loop'>): Task<T> {
    this.#checkOpen();
    return new Task<T>(body, { ...options, loop: this.loop });
  }

  #checkOpen(): void {
    if (this.#closed)
      throw new InvalidStateError('The event loop is closed; make another with `newEventLoop()`');
  }

  #checkStartable(): void {
    this.#checkOpen();
    if (this.isRunning())
      throw new InvalidStateError(
        'This event loop is already running; use `createTask`, and wait for the task',
      );
  }

  async #untilStopped(): Promise<void> {
    running.push(this);
    try {
      await new Promise<void>((resolve) => {
        this.#stop = resolve;
      });
    } finally {
      this.#stop = undefined;
      running.splice(running.lastIndexOf(this), 1);
    }
  }
}

/** The event loop whose run began last and is not over. */
export function latestRunning(): EventLoop | undefined {
  return running.at(-1);
}

function doNothing(): void {}
