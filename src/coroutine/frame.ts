/**
 * The state of one coroutine, spoken to by JavaScript's iterator protocol: it is what `yield*` and tasks
 * drive. `Coroutine` is Python's face of the same thing.
 *
 * The states follow each other like this, and only like this:
 *
 *     created -> running -> suspended -> running -> … -> closed
 *     created -> closed
 */
import { describe, InvalidArgumentError } from '../errors/index.ts';
import { debugProbe } from '../loop/index.ts';
import type { Coroutine } from './coroutine.ts';
import { CoroutineError, GeneratorExit, StopIteration } from './signals.ts';

export type CoroutineState = 'created' | 'running' | 'suspended' | 'closed';

export class Frame<Y, R, S> {
  readonly name: string;
  readonly #generator: Generator<Y, R, S>;
  #state: CoroutineState;
  /** The face of this one, once it belongs to somebody who runs it to its end. */
  coroutine: Coroutine<Y, R, S> | undefined;

  constructor(generator: Generator<Y, R, S>, name: string) {
    this.#generator = generator;
    this.name = name;
    this.#state = 'created';
    this.coroutine = undefined;
  }

  get state(): CoroutineState {
    return this.#state;
  }

  next(value?: S): IteratorResult<Y, R> {
    this.#refuseIfRunning();
    if (this.#state === 'created' && value !== undefined) {
      throw new InvalidArgumentError(
        `Expected undefined for the first \`send\` to ${this.#quoted()}, which has not reached a \`yield\` yet, got ${describe(value)}; start it with \`next()\``,
      );
    }
    if (debugProbe !== null) debugProbe.begun(this);
    this.#state = 'running';
    try {
      return this.#paused(this.#generator.next(value as S));
    } catch (error) {
      throw this.#ended(error);
    }
  }

  /** Raises `error` at the pause, whatever it is. */
  raise(error: unknown): IteratorResult<Y, R> {
    this.#refuseIfRunning();
    if (this.#state === 'closed') throw error;
    if (debugProbe !== null) debugProbe.begun(this);
    this.#state = 'running';
    try {
      return this.#paused(this.#generator.throw(error));
    } catch (raised) {
      throw this.#ended(raised);
    }
  }

  /**
   * What `yield*` calls when something is thrown into the coroutine that delegates here. A GeneratorExit
   * closes this one and then goes on in the delegating one, even if this one answered it with a `return`.
   */
  throw(error: unknown): IteratorResult<Y, R> {
    if (!(error instanceof GeneratorExit)) return this.raise(error);
    this.close();
    throw error;
  }

  /** What `break` in a `for…of` calls, and `generator.return()` of one that delegates here. */
  return(value: R): IteratorResult<Y, R> {
    this.close();
    return { done: true, value };
  }

  /** Closes the coroutine; returns what its body returned on the way out, if it did. */
  close(): R | undefined {
    this.#refuseIfRunning();
    if (this.#state === 'created') {
      if (debugProbe !== null) debugProbe.begun(this);
      this.#state = 'closed';
      this.#generator.return(undefined as R);
    }
    if (this.#state === 'closed') return undefined;
    const exit = new GeneratorExit();
    let step: IteratorResult<Y, R>;
    try {
      step = this.raise(exit);
    } catch (error) {
      if (error instanceof GeneratorExit || isMissingThrow(error)) return undefined;
      throw error;
    }
    if (step.done === true) return step.value;
    throw new CoroutineError(
      'ERR_GENERATOR_EXIT_IGNORED',
      `${this.#quoted()} ignored GeneratorExit: it yielded ${describe(step.value)} while being closed; let the GeneratorExit pass on`,
    );
  }

  [Symbol.iterator](): this {
    return this;
  }

  #paused(step: IteratorResult<Y, R>): IteratorResult<Y, R> {
    this.#state = step.done === true ? 'closed' : 'suspended';
    return step;
  }

  /** A StopIteration that leaves a body would look to the caller like its end; PEP 479 makes it an error. */
  #ended(error: unknown): unknown {
    this.#state = 'closed';
    if (!(error instanceof StopIteration)) return error;
    return new CoroutineError(
      'ERR_STOP_ITERATION_RAISED',
      `${this.#quoted()} raised StopIteration; to end a coroutine, write \`return\``,
      { cause: error },
    );
  }

  #refuseIfRunning(): void {
    if (this.#state !== 'running') return;
    throw new CoroutineError(
      'ERR_COROUTINE_RUNNING',
      `${this.#quoted()} is already executing; it cannot be resumed from inside itself`,
    );
  }

  #quoted(): string {
    return `Coroutine ${this.name}`;
  }
}

/**
 * `yield*` on an iterator without a `throw` method (that of an array, say) raises this in place of what
 * was thrown in. When the coroutine is being closed, that is as good as the GeneratorExit.
 */
function isMissingThrow(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("does not provide a 'throw' method");
}
