import { describe, InvalidArgumentError } from '../errors/index.ts';
import { debugProbe } from '../loop/index.ts';
import { type CoroutineState, Frame } from './frame.ts';
import { ReusedCoroutine } from './reused-coroutine.ts';
import { StopIteration } from './signals.ts';

/**
 * A generator with the manners of Python's: `send`, `throw` and `close`, each of which runs the body to
 * its next `yield`. Producer and consumer take turns by it, so nothing needs a lock.
 *
 * Other coroutines delegate to it with `yield*`, and a task drives it. Semantics: PEP 342, 380 and 479.
 *
 * @example
 * const total = new Coroutine((function* () {
 *   let sum = 0
 *   for (;;) sum += yield sum
 * })())
 * total.next() // 0
 * total.send(5) // 5
 * total.close()
 */
export class Coroutine<Y = unknown, R = unknown, S = unknown> {
  readonly #frame: Frame<Y, R, S>;

  constructor(generator: Generator<Y, R, S>, name: string = 'generator') {
    if (!isGenerator(generator)) {
      throw new InvalidArgumentError(
        `Expected \`generator\` to be what a generator function returns, got ${describe(generator)}`,
      );
    }
    this.#frame = new Frame(generator, name);
    debugProbe?.madeCoroutine(this.#frame, `Coroutine ${name}`, new.target);
  }

  /** The name of the generator function. */
  get name(): string {
    return this.#frame.name;
  }

  /** Where it stands: `created` (no line has run), `running`, `suspended` (at a `yield`), or `closed`. */
  get state(): CoroutineState {
    return this.#frame.state;
  }

  /** Runs to the next `yield` and returns what it yields: `send(undefined)`, and the way to start it. */
  next(): Y {
    return yielded(this.#frame.next());
  }

  /**
   * Resumes with `value` as what the paused `yield` evaluates to; returns what the next `yield` yields.
   *
   * @throws StopIteration when the body returns, and every time after it
   * @throws InvalidArgumentError when there is no paused `yield` yet to take a value
   * @throws CoroutineError when called from inside the body
   */
  send(value: S): Y {
    return yielded(this.#frame.next(value));
  }

  /**
   * Raises `error` (or an instance of it, if it is a class) at the paused `yield`; returns what the next
   * `yield` yields if the body catches it. One that has not started is finished by it without running.
   */
  throw(error: unknown): Y {
    return yielded(this.#frame.raise(isErrorClass(error) ? new error() : error));
  }

  /**
   * Throws GeneratorExit at the paused `yield` and returns what the body returned on its way out. Does
   * nothing to one that has not started or is finished.
   *
   * @throws CoroutineError if the body yields again; any other error of the body passes on
   */
  close(): R | undefined {
    return this.#frame.close();
  }

  /**
   * For `yield*` and `for…of`: JavaScript's iterator protocol over the same coroutine. Where that belongs to a task, or
   * did, the first step fails with an InvalidStateError.
   */
  [Symbol.iterator](): Generator<Y, R, S> {
    const frame = this.#frame;
    return (frame.coroutine === undefined
      ? frame
      : new ReusedCoroutine(this)) as unknown as Generator<Y, R, S>;
  }

  /**
   * @internal The same for one who runs it to its end, alone: a task, an `await`, a greenlet's `wait()`. To have begun
   * is enough to be refused.
   */
  taken(): Generator<Y, R, S> {
    const frame = this.#frame;
    if (frame.coroutine !== undefined || frame.state !== 'created')
      return new ReusedCoroutine(this) as unknown as Generator<Y, R, S>;
    frame.coroutine = this;
    return frame as unknown as Generator<Y, R, S>;
  }
}

/** The coroutine whose steps these are, if it belongs to whoever steps through them. */
export function coroutineOf(steps: unknown): Coroutine | undefined {
  if (!(steps instanceof Frame || steps instanceof ReusedCoroutine)) return undefined;
  return isCoroutine(steps.coroutine) ? steps.coroutine : undefined;
}

export function isCoroutine(value: unknown): value is Coroutine {
  return value instanceof Coroutine;
}

/** The class that generators would be instances of, if they had one: `instanceof` is done without a call, anywhere. */
const GeneratorObject = function () {} as unknown as new () => Generator;
GeneratorObject.prototype = Object.getPrototypeOf(function* () {}.prototype) as Generator;

/** Whether `value` is what a generator function returns, or behaves like it. */
export function isGenerator(value: unknown): value is Generator {
  // Each generator function gives its generators a prototype of their own, so that looking up a property
  // is slow where many functions come by; going up the chain is not.
  if (value instanceof GeneratorObject) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { next, throw: raise } = value as Partial<Generator>;
  return typeof next === 'function' && typeof raise === 'function' && Symbol.iterator in value;
}

function yielded<Y, R>(step: IteratorResult<Y, R>): Y {
  if (step.done === true) throw new StopIteration(step.value);
  return step.value;
}

function isErrorClass(value: unknown): value is new () => Error {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error);
}
