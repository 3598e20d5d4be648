import type { Future } from '../../future/index.ts';
import { debugProbe } from '../../loop/index.ts';
import { isStepped } from '../../kernel/index.ts';
import { OperationPromise, type OperationSteps } from './operation-promise.ts';
import { awaitedTwice, promiseMethods } from './promise-methods.ts';

/**
 * A coroutine of the library's own: what `queue.get()` or `sleep(100)` returns. As in Python it begins when it is
 * waited for, in the task of whoever waits, and it runs once:
 *
 *     yield* queue.get()     // in a generator: V8 delegates to it
 *     await queue.get()      // in an async function
 *     wait(queue.get())      // in a greenlet: steps it, and parks where it waits
 *
 * One generator function stands behind all three, so that cancellation, whoever delivers it, is raised at the
 * `yield` where it waits. It goes wherever a promise is expected, and can be awaited by several: each gets what came of
 * it. Nobody can delegate to it then.
 */
export interface Operation<T> extends Promise<T> {
  next(value?: unknown): IteratorResult<Future | undefined, T>;
  throw(error: unknown): IteratorResult<Future | undefined, T>;
  return(value: T): IteratorResult<Future | undefined, T>;
  [Symbol.iterator](): Generator<Future | undefined, T, unknown>;
}

/** A generator function that operations are made of. */
export type OperationBody<This, A extends unknown[], T> = (
  this: This,
  ...args: A
) => OperationSteps<T>;

const generatorPrototype = Object.getPrototypeOf(function* () {}.prototype) as object;

/** What the generators of operations inherit from: V8's own generator, and a promise's methods. */
const operationPrototype = Object.create(generatorPrototype, {
  ...promiseMethods<OperationSteps<unknown>>((steps) => new OperationPromise(steps)),
  [Symbol.toStringTag]: { value: 'Operation' },
}) as object;

/**
 * Makes a generator function return operations. It yields futures (or nothing, for a turn of the loop); what it
 * yields comes back as the future's result, or is raised. `methods`: a promise's, in place of the usual ones.
 *
 * @example
 * const nap = operation(function* (ms: number) {
 *   yield* sleep(ms)
 *   return 'rested'
 * })
 */
export function operation<This, A extends unknown[], T>(
  body: OperationBody<This, A, T>,
  methods: PropertyDescriptorMap = {},
): (this: This, ...args: A) => Operation<T> {
  // The objects stay V8's own generators, which it delegates to natively: a class around them would cost each step.
  Object.setPrototypeOf(body.prototype, operationPrototype);
  Object.defineProperties(body.prototype, methods);
  const make = body as unknown as (this: This, ...args: A) => Operation<T>;
  return WATCHED ? watched(make) : make;
}

/**
 * A fresh operation in the form that suits whose code runs, which is nearly always who waits: as it is for one that
 * delegates to it or steps it, as a promise for one that awaits it. Each form can be waited for in every way, so this
 * decides nothing but how fast it goes. For what is waited for often. (Not a part of `operation`: a function around
 * each generator function, with all of them behind one call, costs as much as it saves.)
 */
export function forCaller<T>(made: Operation<T>): Operation<T> {
  if (isStepped() || WATCHED) return made;
  return new OperationPromise(made as unknown as OperationSteps<T>);
}

/**
 * Whether to notice operations that never begin, or are begun twice. That takes a function around each one that makes
 * them, so it is decided when they are defined, and not whenever debug mode is switched on.
 */
export const WATCHED: boolean = process.env['GREENROOM_DEBUG'] === '1';

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
      void Object.defineProperty(steps, method, { value: begin, configurable: true });
    }
    return steps;
  };
}
