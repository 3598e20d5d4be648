import { awaitedTwice, promiseMethods } from './promise-methods.ts';
import { setStepping, taskStorage } from './current-task.ts';
import type { Task } from './task.ts';
import { type Future, PromisedWait } from '../future/index.ts';
import { debugProbe, getLoop, type Loop } from '../loop/index.ts';

/**
 * A coroutine of the library's own: what `queue.get()` or `sleep(100)` returns. As in Python it begins when it is
 * waited for, in the task of whoever waits, and it is waited for once:
 *
 *     yield* queue.get()     // in a generator: V8 delegates to it
 *     await queue.get()      // in an async function: `then` steps it
 *     wait(queue.get())      // in a greenlet: steps it, and parks where it waits
 *
 * One generator function stands behind all three, so that cancellation, whoever delivers it, is raised at the
 * `yield` where it waits.
 */
export interface Operation<T> extends Generator<Future | undefined, T, unknown>, PromiseLike<T> {
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R>;
  finally(onFinally?: (() => void) | null): Promise<T>;
}

const generatorPrototype = Object.getPrototypeOf(function* () {}.prototype) as object;

/** What the generators of operations inherit from: V8's own generator, and a promise's methods. */
const operationPrototype = Object.create(generatorPrototype, {
  ...promiseMethods<Operation<unknown>>((steps) => begin(steps)),
  [Symbol.toStringTag]: { value: 'Operation' },
}) as object;

/**
 * Makes a generator function return operations. It yields futures (or nothing, for a turn of the loop); what it
 * yields comes back as the future's result, or is raised.
 *
 * @example
 * const nap = operation(function* (ms: number) {
 *   yield* sleep(ms)
 *   return 'rested'
 * })
 */
export function operation<This, A extends unknown[], T>(
  fn: (this: This, ...args: A) => Generator<Future | undefined, T, unknown>,
): (this: This, ...args: A) => Operation<T> {
  // The objects stay V8's own generators, which it delegates to natively: a class around them would cost each step.
  Object.setPrototypeOf(fn.prototype, operationPrototype);
  const make = fn as (this: This, ...args: A) => Operation<T>;
  return WATCHED ? watched(make) : make;
}

/**
 * Whether to notice operations that never begin, or are begun twice. That takes a function around each one that makes
 * them, so it is decided when they are defined, and not whenever debug mode is switched on.
 */
const WATCHED = process.env['GREENROOM_DEBUG'] === '1';

function watched<This, A extends unknown[], T>(
  make: (this: This, ...args: A) => Operation<T>,
): (this: This, ...args: A) => Operation<T> {
  return function call(this: This, ...args: A): Operation<T> {
    const steps = make.apply(this, args);
    debugProbe?.madeCoroutine(steps, 'An operation', call);
    let ended = false;
    for (const method of ['next', 'throw', 'return'] as const) {
      const plain = steps[method] as (value: unknown) => IteratorResult<Future | undefined, T>;
      const begin = (value: unknown): IteratorResult<Future | undefined, T> => {
        debugProbe?.begun(steps);
        // V8 delegates to a generator that has ended as well, and takes undefined for its result.
        if (ended && method === 'next') throw awaitedTwice();
        ended = true;
        const step = plain.call(steps, value);
        ended = step.done === true;
        return step;
      };
      Object.defineProperty(steps, method, { value: begin, configurable: true });
    }
    return steps;
  };
}

export function isOperation(value: unknown): value is Operation<unknown> {
  return typeof value === 'object' && value !== null && operationPrototype.isPrototypeOf(value);
}

/** Steps an operation for `await`: what `then` is called on. */
class OperationWait<T> extends PromisedWait<T> {
  readonly #steps: Generator<Future | undefined, T, unknown>;
  readonly #loop: Loop;
  #waitingFor: Future | undefined;
  /** The task whose code this is. */
  readonly #awaiter: Task | undefined;

  constructor(
    steps: Generator<Future | undefined, T, unknown>,
    loop: Loop,
    awaiter: Task | undefined,
  ) {
    super();
    this.#steps = steps;
    this.#loop = loop;
    this.#awaiter = awaiter;
  }

  get awaited(): Future | undefined {
    return this.#waitingFor;
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.#waitingFor?.cancel(message) ?? false;
  }

  /** Goes on from the first step, which waits. */
  start(step: IteratorResult<Future | undefined, T>): Promise<T> {
    const before = setStepping(this.#awaiter);
    this.#stepped(step);
    setStepping(before);
    return this.promise;
  }

  override run(): void {
    const before = setStepping(this.#awaiter);
    this.#step();
    setStepping(before);
  }

  #step(): void {
    const thrown = this.end();
    const waited = this.#waitingFor;
    this.#waitingFor = undefined;
    if (thrown !== undefined) return this.#raise(thrown);
    let value: unknown;
    try {
      value = waited?.result();
    } catch (error) {
      return this.#raise(error);
    }
    this.#advance(value);
  }

  #advance(value: unknown): void {
    let step: IteratorResult<Future | undefined, T>;
    try {
      step = this.#steps.next(value);
    } catch (error) {
      return this.fail(error);
    }
    this.#stepped(step);
  }

  #raise(error: unknown): void {
    let step: IteratorResult<Future | undefined, T>;
    try {
      step = this.#steps.throw(error);
    } catch (raised) {
      return this.fail(raised);
    }
    this.#stepped(step);
  }

  #stepped(step: IteratorResult<Future | undefined, T>): void {
    if (step.done === true) return this.fulfill(step.value);
    const future = step.value;
    this.#waitingFor = future;
    // Told before the wait is registered: an awaiter that was cancelled already cancels it on the spot.
    try {
      this.begin();
    } catch (error) {
      return this.#raise(error);
    }
    if (future === undefined) this.#loop.enqueue(this);
    else future.addWaiter(this);
  }
}

function begin<T>(steps: Operation<T>): Promise<T> {
  const awaiter = taskStorage.getStore();
  const before = setStepping(awaiter);
  let step: IteratorResult<Future | undefined, T>;
  try {
    step = steps.next();
  } catch (error) {
    return Promise.reject(error);
  } finally {
    setStepping(before);
  }
  // Most have nothing to wait for: a lock that is free, a queue that is not empty.
  if (step.done === true) return Promise.resolve(step.value);
  return new OperationWait<T>(steps, getLoop(), awaiter).start(step);
}
