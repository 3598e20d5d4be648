import {
  type Future,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  InnerFuture,
} from '../future/index.ts';
import { GeneratorExit, isCoroutine, isGenerator } from '../coroutine/index.ts';
import {
  CancelledError,
  checkFunction,
  ExceptionGroup,
  InvalidStateError,
} from '../errors/index.ts';
import { type GreenletTask, LoopExit, spawn } from '../hub/index.ts';
import {
  type Body,
  type Cancellable,
  createTask,
  operation,
  type Operation,
  runBody,
  structured,
  type Task,
  type TaskBody,
  type TaskOptions,
  unscoped,
} from '../task/index.ts';
import { type Scope, startIn } from '../kernel/index.ts';
import { CancelRequest } from './cancel-request.ts';
import { performing } from './performing.ts';
import { isExit, type Raised, raisedBy } from '../ends/index.ts';
import { untilAborted } from './until-aborted.ts';

export interface TaskGroupOptions {
  /** Cancels the body and all tasks of the group when it is aborted; its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tasks that end together: the group is left when all of them are done. asyncio's `TaskGroup`.
 *
 * The first one that fails cancels the others, and the body, and when all have ended the group raises an
 * `ExceptionGroup` of what went wrong. So does an error of the body. A task that is cancelled by itself is no
 * failure. When the task that runs the group is cancelled, so are all in the group, and the CancelledError is
 * raised when they have ended; failures they meet with then come before it.
 *
 * @example
 * const pages = await TaskGroup.run(async (group) => {
 *   const tasks = urls.map((url) => group.createTask(() => load(url)))
 *   return gather(tasks)
 * })
 */
export class TaskGroup implements AsyncDisposable {
  /** Who runs the body; there from when it begins. */
  #parent: Cancellable | undefined;
  /** The scope that the group stands in, and all its tasks with it. */
  #scope: Scope | undefined;
  #exiting = false;
  /** All were cancelled; no more can be added. */
  #aborting = false;
  /** The group's own request to cancel the body. */
  #request: CancelRequest | undefined;
  #cancelOnEntry = false;
  readonly #tasks = new Set<Future>();
  readonly #errors: unknown[] = [];
  /** An error that leaves the group as it is: somebody wants the whole line of control to end. */
  #baseError: Raised | undefined;
  #allDone: Future<void> | undefined;

  /**
   * Runs `body` with a new group and waits for all tasks of the group. The result is what the body returned, or
   * undefined if `cancel()` kept it from returning.
   *
   * @throws ExceptionGroup of what failed; CancelledError; the signal's reason
   */
  static run<T>(
    body: Body<[group: TaskGroup], T>,
    options?: TaskGroupOptions,
  ): Operation<T | undefined> {
    return new TaskGroup().run(body, options);
  }

  /**
   * A group for `await using group = TaskGroup.open()`, which is left at the end of the block. JavaScript doesn't
   * tell it how the block ended. If it ended with an error of its own, the tasks are waited for, and not cancelled;
   * what the group raises has that error beside it, in a SuppressedError. If it was cancelled, or one of the tasks
   * failed, all is as with `run`, except that a CancelledError of the block cannot be kept in.
   *
   * @throws InvalidStateError outside of a task
   */
  static open(): TaskGroup {
    const group = new TaskGroup();
    group.#enter();
    return group;
  }

  /** As `TaskGroup.run`, for a group made before. @throws InvalidStateError for one that was used before */
  run<T>(
    body: Body<[group: TaskGroup], T>,
    options: TaskGroupOptions = {},
  ): Operation<T | undefined> {
    checkFunction(body, 'body');
    return TaskGroup.#run.call(this, body, options.signal) as Operation<T | undefined>;
  }

  static readonly #run = structured(function* (
    this: TaskGroup,
    body: Body<[TaskGroup], unknown>,
    signal: AbortSignal | undefined,
  ): Generator<Future | undefined, unknown, unknown> {
    const parent = performing('a TaskGroup');
    return yield* untilAborted(parent, signal, this.#around(body));
  });

  *#around(body: Body<[TaskGroup], unknown>): Generator<Future | undefined, unknown, unknown> {
    const parent = this.#enter();
    let result: unknown;
    let raised: Raised | undefined;
    let left = false;
    try {
      result = yield* runBody(parent, body, this);
      left = true;
    } catch (error) {
      raised = { error };
      left = true;
    } finally {
      // A generator that is given up with `return()` cannot wait any more.
      if (!left) this.#abort();
    }
    yield* this.#exit(parent, raised);
    return result;
  }

  /**
   * Aborted when the body is cancelled, by the group or by others: for what it awaits that is no future.
   *
   * @throws InvalidStateError before the group is entered
   */
  get signal(): AbortSignal {
    if (this.#parent === undefined)
      throw new InvalidStateError('A TaskGroup has a signal only while it is entered');
    return this.#parent.signal;
  }

  /**
   * Starts a task that belongs to the group. Tasks of the group may start others, as long as one is left.
   *
   * @throws InvalidStateError before the group is entered, after it is left, and when it is being cancelled; a
   * coroutine is closed then
   */
  createTask<T>(body: TaskBody<T>, options?: Omit<TaskOptions, 'loop'>): Task<T> {
    const parent = this.#accepting(body);
    return this.#add(createTask<T>(body, { ...options, loop: parent.loop, scope: this.#scope }));
  }

  /**
   * Spawns a greenlet that belongs to the group: it runs `fn(...args)`, which may block. What it fails with is raised
   * by the group, and not printed.
   *
   * @throws InvalidStateError as `createTask`
   */
  spawn<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): GreenletTask<T> {
    this.#accepting(fn);
    const greenlet = spawn(fn, ...args);
    greenlet.quiet = true;
    if (this.#scope !== undefined) startIn(this.#scope, greenlet);
    return this.#add(greenlet);
  }

  #add<F extends Future>(task: F): F {
    this.#tasks.add(task);
    futureAddToAwaitedBy(task, this.#parent as Cancellable);
    // Also if it is done by now, having started eagerly: its failure must not cancel the running step.
    task.addDoneCallback(this.#onTaskDone);
    // Its first step may have cancelled the group before the group knew of it.
    if (this.#aborting) task.cancel();
    return task;
  }

  /**
   * Cancels all tasks of the group and the body, and leaves the group without an error, unless tasks fail
   * meanwhile. Before the group is entered, it is cancelled as soon as it is; afterwards, nothing happens.
   */
  cancel(): void {
    const parent = this.#parent;
    if (parent === undefined) {
      this.#cancelOnEntry = true;
      return;
    }
    if (this.#aborting || (this.#exiting && this.#tasks.size === 0)) return;
    this.#abort('theParent');
  }

  /** For `await using`. @throws ExceptionGroup of what failed; CancelledError */
  async [Symbol.asyncDispose](): Promise<void> {
    await TaskGroup.#leave.call(this);
  }

  static readonly #leave = operation(function* (
    this: TaskGroup,
  ): Generator<Future | undefined, void, unknown> {
    const parent = this.#parent;
    if (parent === undefined || this.#exiting) return;
    // A cancellation from outside, of which the block had its share: the tasks have not.
    if (this.#request?.othersAsk === true && !this.#aborting) this.#abort();
    yield* this.#exit(parent, undefined);
  });

  #enter(): Cancellable {
    if (this.#parent !== undefined)
      throw new InvalidStateError(
        'A TaskGroup has been entered already; make another for each time',
      );
    const parent = performing('a TaskGroup');
    this.#parent = parent;
    this.#request = new CancelRequest(parent);
    this.#scope = parent.scope;
    if (this.#cancelOnEntry) this.cancel();
    return parent;
  }

  #accepting(body: unknown): Cancellable {
    const parent = this.#parent;
    const reason =
      parent === undefined
        ? 'has not been entered; use `TaskGroup.run`'
        : this.#exiting && this.#tasks.size === 0
          ? 'is finished'
          : this.#aborting
            ? 'is shutting down'
            : undefined;
    if (parent !== undefined && reason === undefined) return parent;
    if (isCoroutine(body)) body.close();
    else if (isGenerator(body)) body.return(undefined);
    throw new InvalidStateError(`Cannot create a task in a TaskGroup that ${reason}`);
  }

  *#exit(
    parent: Cancellable,
    raised: Raised | undefined,
  ): Generator<Future | undefined, void, unknown> {
    this.#exiting = true;
    if (raised?.error instanceof GeneratorExit) this.#giveUp(raised.error);
    let cancellation: Raised | undefined;
    let failure: Raised | undefined;
    if (raised?.error instanceof CancelledError) cancellation = raised;
    else if (raised !== undefined && isExit(raised.error)) this.#baseError ??= raised;
    else failure = raised;
    if (raised !== undefined && !this.#aborting) this.#abort();
    while (this.#tasks.size > 0) {
      const allDone = new InnerFuture('the tasks of a group', parent.loop, this.#tasks);
      this.#allDone = allDone;
      try {
        // One CancelledError of a scope is enough: the next wait must not be ended by it at once.
        yield* cancellation === undefined ? allDone : unscoped(allDone[Symbol.iterator]());
      } catch (error) {
        if (error instanceof GeneratorExit || (error instanceof LoopExit && this.#aborting))
          this.#giveUp(error);
        // Whoever runs the group may be interrupted any number of times; the tasks have to end all the same.
        if (error instanceof CancelledError) cancellation ??= { error };
        else this.#baseError ??= { error };
        if (!this.#aborting) this.#abort();
      }
      this.#allDone = undefined;
    }
    const request = this.#request as CancelRequest;
    if (request.takeBack()) cancellation = undefined;
    if (this.#baseError !== undefined) throw this.#baseError.error;
    if (failure !== undefined) this.#errors.push(failure.error);
    if (this.#errors.length > 0) {
      // The failures come first. A cancellation is not forgotten: it is raised at the next wait. As in asyncio that
      // holds for every request that was not taken back, also one from before the group.
      if (parent.cancelling() > 0) {
        parent.uncancel();
        parent.cancel();
      }
      throw new ExceptionGroup('unhandled errors in a TaskGroup', this.#errors);
    }
    if (cancellation !== undefined) throw cancellation.error;
  }

  /** Waiting would be in vain: the generator is being closed, or nothing is left that could end the tasks. */
  #giveUp(error: unknown): never {
    if (!this.#aborting) this.#abort();
    throw error;
  }

  /** Cancels the tasks, and with `theParent` the body or the wait for them. */
  #abort(theParent?: 'theParent'): void {
    this.#aborting = true;
    const request = this.#request as CancelRequest;
    // All have heard of it from the scope, and may be cleaning up behind a shield.
    if (request.byScope) return;
    for (const task of this.#tasks) task.cancel();
    if (theParent !== undefined) request.make();
  }

  readonly #onTaskDone = (task: Future): void => {
    const parent = this.#parent as Cancellable;
    this.#tasks.delete(task);
    futureDiscardFromAwaitedBy(task, parent);
    if (this.#tasks.size === 0 && this.#allDone?.done() === false) this.#allDone.setResult();
    // With nobody left to tell, the error stays unseen, which is reported.
    if (task.cancelled() || parent.done()) return;
    const raised = raisedBy(task);
    if (raised === undefined) return;
    this.#errors.push(raised.error);
    if (isExit(raised.error)) this.#baseError ??= raised;
    if (!this.#aborting) this.#abort('theParent');
  };
}
