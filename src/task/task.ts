import { AsyncResource } from 'node:async_hooks';
import {
  CancelledError,
  describe,
  InvalidArgumentError,
  InvalidStateError,
} from '../errors/index.ts';
import { Future, type RunInContext } from '../future/index.ts';
import { getLoop, Handle, type Loop } from '../loop/index.ts';
import { AsyncCall } from './async-call.ts';
import { trackAwaits } from './await-tracking.ts';
import { checkYield } from './bad-yield.ts';
import { checkBody, isPromiseLike, type Steps, stepsOf, type TaskBody } from './body.ts';
import { register, taskContext, unregister } from './current-task.ts';

export interface TaskOptions {
  /** Shown in reports. Default: `Task-N`, counted up in this thread. */
  readonly name?: string;
  /** The loop the task runs on. Default: this thread's. */
  readonly loop?: Loop;
  /** The async context of every step, an `AsyncLocalStorage.snapshot()`. Default: that of whoever makes the task. */
  readonly context?: RunInContext;
  /** Makes the task the root of those that it starts, and they start, and so on. Default: it has its maker's root. */
  readonly asRoot?: boolean;
}

trackAwaits();

const NO_OPTIONS: TaskOptions = {};

let count = 0;
let step: (task: Task) => void;

/** One object for all steps of a task: it is either waiting at a future or in the ready queue, never both. */
class StepHandle extends Handle {
  readonly #task: Task;
  /** Enters the task's async context. */
  readonly #resource: AsyncResource;

  constructor(task: Task, resource: AsyncResource) {
    super();
    this.#task = task;
    this.#resource = resource;
  }

  override run(): void {
    this.#resource.runInAsyncScope(step, undefined, this.#task);
  }
}

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
export class Task<T = unknown> extends Future<T> {
  /** The task at the root of the family that this one belongs to; undefined if it has none. */
  readonly root: Task | undefined;
  #name: string | undefined;
  readonly #number: number;
  /** The function that makes the body, until the first step calls it. */
  #start: (() => unknown) | undefined;
  #steps: Steps<T> | undefined;
  #call: AsyncCall<T> | undefined;
  readonly #handle: StepHandle;
  #waitingFor: Future | undefined;
  /** What the next step throws into the body. */
  #thrown: Error | undefined;
  #cancelRequests = 0;
  #mustCancel = false;
  #message: string | undefined;
  #cancellation: CancelledError | undefined;
  #controller: AbortController | undefined;

  static {
    step = (task): void => task.#step();
  }

  constructor(body: TaskBody<T>, options: TaskOptions = NO_OPTIONS) {
    super(options.loop ?? getLoop());
    checkBody(body);
    this.#name = options.name;
    this.#number = ++count;
    this.#steps = stepsOf<T>(body);
    if (this.#steps === undefined) {
      if (typeof body === 'function' && !isPromiseLike(body)) this.#start = body;
      else this.#steps = this.#awaitPromise(body as PromiseLike<T>, false);
    }
    const self = this as unknown as Task;
    this.root = options.asRoot === true ? self : taskContext.getStore()?.root;
    const { context } = options;
    const resource = context === undefined ? enter(self) : (context(enter, self) as AsyncResource);
    this.#handle = new StepHandle(self, resource);
    register(self);
    this.loop.enqueue(this.#handle);
  }

  get name(): string {
    return this.#name ?? `Task-${this.#number}`;
  }

  set name(name: string) {
    this.#name = String(name);
  }

  /** What the task waits for at present, for reports; undefined when it is ready, running or done. */
  get waitingFor(): Future | undefined {
    return this.#waitingFor;
  }

  /** Aborted when the task is cancelled: for what it awaits that is no future, as in `fetch(url, { signal })`. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelRequests > 0) this.#controller.abort(new CancelledError(this.#message));
    }
    return this.#controller.signal;
  }

  /**
   * Asks the task to end: a CancelledError is raised where it waits, or at its next step. It may clean up,
   * and may even refuse. One that has not begun never runs. Returns false if the task is done already.
   */
  override cancel(message?: string): boolean {
    if (this.done()) return super.cancel(message);
    this.#cancelRequests++;
    this.#message = message;
    this.#controller?.abort(new CancelledError(message));
    if (this.#waitingFor?.cancel(message) !== true) this.#mustCancel = true;
    return true;
  }

  /** How many requests to cancel the task have not been taken back. */
  cancelling(): number {
    return this.#cancelRequests;
  }

  /** Takes one request back and returns how many are left; the last one also if it has not been delivered yet. */
  uncancel(): number {
    if (this.#cancelRequests > 0 && --this.#cancelRequests === 0) {
      this.#mustCancel = false;
      this.#call?.forgetCancel();
    }
    return this.#cancelRequests;
  }

  override result(): T {
    if (this.#cancellation !== undefined) throw this.#cancellation;
    return super.result();
  }

  override exception(): unknown {
    if (this.#cancellation !== undefined) throw this.#cancellation;
    return super.exception();
  }

  /** @throws InvalidStateError always: a task's result comes from its body */
  override setResult(_value: T): never {
    throw new InvalidStateError('Cannot setResult on a task: its result is what its body returns');
  }

  /** @throws InvalidStateError always: a task's exception comes from its body */
  override setException(_error: unknown): never {
    throw new InvalidStateError(
      'Cannot setException on a task; to stop it from outside, cancel it',
    );
  }

  /** @internal Called when code of this task awaits `future`, which is pending. */
  noteAwait(future: Future): void {
    if ((future as unknown) === this) throw checkYield(future, this, this.loop, this.name) as Error;
    // In the synchronous part of an async function, before it has returned its promise, there is none yet.
    if (this.#steps === undefined && !this.done()) this.#call ??= new AsyncCall<T>(true, this.loop);
    this.#call?.note(future);
  }

  #step(): void {
    const waited = this.#waitingFor;
    this.#waitingFor = undefined;
    let result: IteratorResult<unknown, T>;
    try {
      const thrown = this.#takeThrown();
      if (this.#start !== undefined && thrown === undefined && !this.#begin()) return;
      if (thrown !== undefined) {
        if (this.#steps === undefined) throw thrown;
        result = this.#steps.throw(thrown);
      } else {
        result = waited === undefined ? this.#next(undefined) : this.#resume(waited);
      }
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (result.done === true) this.#returned(result.value);
    else this.#wait(result.value);
  }

  /** Calls the function that makes the body. False if it was a plain function and that was all. */
  #begin(): boolean {
    const start = this.#start as () => unknown;
    this.#start = undefined;
    const made = start();
    this.#steps = stepsOf<T>(made);
    if (this.#steps !== undefined) return true;
    if (isPromiseLike(made)) {
      this.#steps = this.#awaitPromise(made as PromiseLike<T>, true);
      return true;
    }
    if (typeof made === 'object' && made !== null && Symbol.asyncIterator in made) {
      throw new InvalidArgumentError(
        `Expected the function of task ${this.name} to return a coroutine or a promise, got ${describe(made)}; go through it with \`for await\``,
      );
    }
    this.#returned(made as T);
    return false;
  }

  #awaitPromise(promise: PromiseLike<T>, owned: boolean): Steps<T> {
    const call = (this.#call ??= new AsyncCall<T>(owned, this.loop));
    call.follow(promise);
    return call[Symbol.iterator]();
  }

  #next(value: unknown): IteratorResult<unknown, T> {
    return (this.#steps as Steps<T>).next(value);
  }

  /** Hands on what came of a future: `yield*` asks the future itself, a plain `yield` gets it from here. */
  #resume(waited: Future): IteratorResult<unknown, T> {
    let value: unknown;
    try {
      value = waited.result();
    } catch (error) {
      return (this.#steps as Steps<T>).throw(error);
    }
    return this.#next(value);
  }

  #wait(yielded: unknown): void {
    if (yielded === undefined || yielded === null) {
      this.loop.enqueue(this.#handle);
      return;
    }
    const wrong = checkYield(yielded, this, this.loop, this.name);
    if (wrong !== undefined) {
      this.#thrown = wrong;
      this.loop.enqueue(this.#handle);
      return;
    }
    const future = yielded as Future;
    this.#waitingFor = future;
    future.addWaiter(this.#handle);
    if (this.#mustCancel && future.cancel(this.#message)) this.#mustCancel = false;
  }

  #takeThrown(): Error | undefined {
    const thrown = this.#mustCancel ? new CancelledError(this.#message) : this.#thrown;
    this.#mustCancel = false;
    this.#thrown = undefined;
    return thrown;
  }

  #returned(value: T): void {
    this.#close();
    // Cancelled in its very last step: nothing is left to raise that in.
    if (this.#mustCancel) super.cancel(this.#message);
    else super.setResult(value);
  }

  #failed(error: unknown): void {
    this.#close();
    if (error instanceof CancelledError) {
      this.#cancellation = error;
      super.cancel(error.message);
    } else {
      super.setException(error);
    }
  }

  #close(): void {
    this.#steps = undefined;
    this.#start = undefined;
    unregister(this);
  }
}

/** A new async context that differs from the current one in that it belongs to `task`. */
function enter(task: Task): AsyncResource {
  return taskContext.run(task, makeResource);
}

function makeResource(): AsyncResource {
  return new AsyncResource('GREENROOM_TASK', { requireManualDestroy: true });
}
