/**
 * An operation, for async functions: a promise that begins when somebody awaits it.
 *
 * `await` takes anything with a `then`, but dearly: V8 looks `then` up, queues a job that calls it with two functions
 * made for that call, and a promise of ours that settles later queues a second and a third job. Only its own promises
 * are spared that. What it asks of them is one thing, and JavaScript's specification says so (`PromiseResolve`):
 * whether their `constructor` is `Promise`. That question is asked when the `await` begins, and it is all that an
 * `await` does with a promise which can be noticed. So here it is answered by a getter, and that begins the operation.
 *
 * `Promise.all`, `Promise.resolve` and their like ask the same question, and call `then` afterwards or hand the
 * promise on. So that it is asked again says nothing, and an operation that has begun is what a promise is: whoever
 * awaits it gets what came of it. It runs in the task of the first; cancelling that task cancels the operation. The
 * answer to others is no, and so V8 calls `then`, which registers a wait of their own.
 *
 * While it waits it is its own handle in the ready queue: an object less for each wait.
 *
 * Whoever reads `constructor` for another reason begins the operation. Of what Node does to a value that it does not
 * await, only a deep comparison (`assert.deepEqual`) was found to; printing, quoting and cloning do not.
 */
import { rejectNoted } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { awaiterStorage, setStepping, type Wait, type WaitReason } from '../../kernel/index.ts';
import { debugProbe, getLoop, KIND_CALLBACK, type Loop } from '../../loop/index.ts';
import { fromPromise } from '../promise-future.ts';
import { awaitedTwice } from './promise-methods.ts';
import type { Task } from '../task.ts';

/** What an operation does: it yields what it waits for, or nothing for a turn of the loop. */
export type OperationSteps<T> = Generator<Future | undefined, T, unknown>;

type Resolve<T> = (value: T) => void;
type Reject = (reason: unknown) => void;

const NEW = 0;
/** It is awaited, and steps itself. */
const BEGUN = 1;
/** A generator or a greenlet steps it, and nobody else can. */
const TAKEN = 2;

let resolveMade: Resolve<never>;
let rejectMade: Reject;

/** Takes the functions out of the constructor of a promise; one for all, since a closure each costs. */
function keepFunctions(resolve: Resolve<never>, reject: Reject): void {
  resolveMade = resolve;
  rejectMade = reject;
}

/** `then` asks for the constructor, too, to know what it has to return. */
let attaching = false;

export class OperationPromise<T> extends Promise<T> implements Wait {
  declare readonly kind: number;
  declare readonly cancelled: boolean;
  readonly #steps: OperationSteps<T>;
  readonly #resolve: Resolve<T>;
  readonly #reject: Reject;
  #state = NEW;
  /** The task that it runs in. */
  #awaiter: Task | undefined;
  #waitingFor: Future | undefined;
  #loop: Loop | undefined;

  constructor(steps: OperationSteps<T>) {
    super(keepFunctions);
    this.#steps = steps;
    this.#resolve = resolveMade as Resolve<T>;
    this.#reject = rejectMade;
  }

  static {
    void Object.defineProperties(this.prototype, {
      constructor: {
        configurable: true,
        get(this: OperationPromise<unknown>): PromiseConstructor | undefined {
          if (this.#state === NEW) {
            this.#begin();
            return Promise;
          }
          if (this.#state === TAKEN) throw awaitedTwice();
          return attaching || this.#runsHere ? Promise : undefined;
        },
      },
      [Symbol.toStringTag]: { configurable: true, value: 'Operation' },
      // The same for all, so that nothing of the handle is seen when one is printed.
      kind: { value: KIND_CALLBACK },
      cancelled: { value: false },
    });
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise is awaitable
  override then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    if (this.#state === TAKEN) return Promise.reject(awaitedTwice()).then(null, onRejected);
    if (this.#state === NEW) this.#begin();
    if (this.#runsHere) return this.#attach(onFulfilled, onRejected);
    return fromPromise(this.#attach()).then(onFulfilled, onRejected);
  }

  /** `then` of the promise that this is. */
  #attach<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    attaching = true;
    try {
      return super.then(onFulfilled, onRejected);
    } finally {
      attaching = false;
    }
  }

  get #runsHere(): boolean {
    return this.#awaiter === (awaiterStorage.getStore() as Task | undefined);
  }

  /** For `yield*` and `wait()`. */
  [Symbol.iterator](): OperationSteps<T> {
    if (this.#state !== NEW) throw awaitedTwice();
    this.#state = TAKEN;
    return this.#steps;
  }

  next(value?: unknown): IteratorResult<Future | undefined, T> {
    return this.#steps.next(value);
  }

  throw(error: unknown): IteratorResult<Future | undefined, T> {
    return this.#steps.throw(error);
  }

  return(value: T): IteratorResult<Future | undefined, T> {
    return this.#steps.return(value);
  }

  get subject(): object {
    return this.#awaiter ?? this;
  }

  get reason(): WaitReason {
    return this.#waitingFor?.waitReason ?? 'a turn of the loop';
  }

  get awaited(): Future | undefined {
    return this.#waitingFor;
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.#waitingFor?.cancel(message) ?? false;
  }

  get resolveAwaited(): (value: never) => void {
    return this.#resolve;
  }

  /** A handle that is cancelled is skipped, and then the `await` would never end. */
  cancel(): void {
    this.cancelAwaited(undefined);
  }

  /** Goes on after a wait. */
  run(): void {
    const before = setStepping(this.#awaiter);
    const thrown = this.#awaiter?.resumes(this);
    const waited = this.#waitingFor;
    this.#waitingFor = undefined;
    this.#step(waited, thrown);
    setStepping(before);
  }

  #begin(): void {
    const awaiter = awaiterStorage.getStore() as Task | undefined;
    this.#state = BEGUN;
    this.#awaiter = awaiter;
    this.#loop = getLoop();
    const before = setStepping(awaiter);
    this.#step(undefined, undefined);
    setStepping(before);
  }

  /** Hands on what came of `waited`, or raises `thrown` in place of it. */
  #step(waited: Future | undefined, thrown: unknown): void {
    let step: IteratorResult<Future | undefined, T>;
    try {
      step = thrown === undefined ? this.#resume(waited) : this.#steps.throw(thrown);
    } catch (error) {
      return rejectNoted(error, this.#resolve, this.#reject);
    }
    // Most have nothing to wait for: a lock that is free, a queue that is not empty.
    if (step.done === true) this.#resolve(step.value);
    else this.#waitFor(step.value);
  }

  #resume(waited: Future | undefined): IteratorResult<Future | undefined, T> {
    let value: unknown;
    try {
      value = waited?.result();
    } catch (error) {
      return this.#steps.throw(error);
    }
    return this.#steps.next(value);
  }

  #waitFor(future: Future | undefined): void {
    this.#waitingFor = future;
    // Told before the wait is registered: an awaiter that was cancelled already cancels it on the spot.
    try {
      if (debugProbe !== null) debugProbe.awaits(this);
      this.#awaiter?.awaits(this);
    } catch (error) {
      return this.#step(undefined, error);
    }
    if (future === undefined) this.#loop!.enqueue(this);
    else future.addWaiter(this);
  }
}
