import { checkFunction } from '../errors/index.ts';
import { Coroutine } from './coroutine.ts';

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
export function coroutine<A extends unknown[], Y, R, S, This = unknown>(
  fn: (this: This, ...args: A) => Generator<Y, R, S>,
): (this: This, ...args: A) => Coroutine<Y, R, S> {
  checkFunction(fn, 'fn');
  const name = fn.name === '' ? 'anonymous' : fn.name;
  function call(this: This, ...args: A): Coroutine<Y, R, S> {
    return new Coroutine(fn.apply(this, args), name);
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
