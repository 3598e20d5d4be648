import { GeneratorExit } from './signals.ts';
import { Coroutine, isGenerator } from './coroutine.ts';

/**
 * Python's `yield from`, to the letter (PEP 380), over any iterable: `yield* delegate(source)`.
 *
 * `yield*` alone does the same for a Coroutine. For other sources it differs in two points, which is what
 * this is for: a generator that answers GeneratorExit with a `return` keeps the delegating one alive, and
 * an iterator without a `throw` method turns whatever is thrown in into a TypeError.
 *
 * @example
 * const letters = coroutine(function* () {
 *   yield* delegate(['a', 'b']) // throw(error) raises that error here
 * })
 */
export function* delegate<Y, R, S>(source: Iterable<Y, R, S>): Generator<Y, R, S> {
  const inner: Iterator<Y, R, S> = iterate(source);
  let step = inner.next();
  while (step.done !== true) {
    let received: S;
    let left = true;
    try {
      received = yield step.value;
      left = false;
    } catch (error) {
      left = false;
      if (error instanceof GeneratorExit) {
        inner.return?.();
        throw error;
      }
      if (inner.throw === undefined) throw error;
      step = inner.throw(error);
      continue;
    } finally {
      // Still set only if generator.return() is what resumed the `yield`.
      if (left) inner.return?.();
    }
    step = inner.next(received);
  }
  return step.value;
}

/** A plain generator is closed by a GeneratorExit at its pause, like any coroutine, and not by `return`. */
function iterate<Y, R, S>(source: Iterable<Y, R, S>): Iterator<Y, R, S> {
  const iterator = source[Symbol.iterator]();
  const plain = isGenerator(source) && iterator === (source as unknown);
  return plain ? new Coroutine(iterator as Generator<Y, R, S>)[Symbol.iterator]() : iterator;
}
