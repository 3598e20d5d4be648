import { checkFunction } from '../errors/index.ts';
import { Coroutine } from './coroutine.ts';

/** The coroutine that runs a generator of the type `G`. */
export type CoroutineOf<G> =
  G extends Generator<infer Y, infer R, infer S> ? Coroutine<Y, R, S> : never;

const decorated = new WeakSet<object>();

/**
 * Makes a generator function return a Coroutine when it is called; nothing of the body runs yet.
 * It is what `@asyncio.coroutine` and `@types.coroutine` are in Python.
 *
 * @example
 * const hello = coroutine(function* (name: string) {
 *   console.log(`Hello ${name}`)
 *   yield* sleep(1000)
 *   console.log(`Goodbye ${name}`)
 * })
 * await run(hello('world'))
 */
export function coroutine<
  A extends unknown[],
  G extends Generator<unknown, unknown, unknown>,
  This = unknown,
>(fn: (this: This, ...args: A) => G): (this: This, ...args: A) => CoroutineOf<G> {
  return decorate<This, A, CoroutineOf<G>>(
    fn,
    (generator, name) => new Coroutine(generator, name) as CoroutineOf<G>,
  );
}

/**
 * What `coroutine` is made of: a function that calls `fn` and gives the generator, and the function's name, to `make`.
 *
 * @throws InvalidArgumentError if `fn` is not a function
 */
export function decorate<This, A extends unknown[], C>(
  fn: (this: This, ...args: A) => Generator<unknown, unknown, unknown>,
  make: (generator: Generator<unknown, unknown, unknown>, name: string) => C,
): (this: This, ...args: A) => C {
  checkFunction(fn, 'fn');
  const name = fn.name === '' ? 'anonymous' : fn.name;
  function call(this: This, ...args: A): C {
    return make(fn.apply(this, args), name);
  }
  Object.defineProperties(call, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
  decorated.add(call);
  return call;
}

/** Whether `value` was made by `coroutine`. */
export function isCoroutineFunction(value: unknown): boolean {
  return typeof value === 'function' && decorated.has(value);
}
