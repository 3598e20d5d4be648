import { Coroutine, decorate } from '../coroutine/index.ts';
import { awaitPart } from './operation/part.ts';

/** A coroutine that an async function can await: it runs as a part of that function. */
export class AwaitableCoroutine<Y = unknown, R = unknown, S = unknown>
  extends Coroutine<Y, R, S>
  implements PromiseLike<R>
{
  // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what it is for
  then<R1 = R, R2 = never>(
    onFulfilled?: ((value: R) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    return awaitPart(this.taken()).then(onFulfilled, onRejected);
  }
}

/** The coroutine that runs a generator of the type `G`. */
export type AwaitableCoroutineOf<G> =
  G extends Generator<infer Y, infer R, infer S> ? AwaitableCoroutine<Y, R, S> : never;

/**
 * Makes a generator function return a coroutine when it is called; nothing of the body runs yet. It is waited for
 * with `yield*` in a coroutine, `await` in an async function and `wait()` in a greenlet. What `@types.coroutine` is
 * in Python, and `@asyncio.coroutine` was.
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
>(fn: (this: This, ...args: A) => G): (this: This, ...args: A) => AwaitableCoroutineOf<G> {
  return decorate<This, A, AwaitableCoroutineOf<G>>(
    fn,
    (generator, name) => new AwaitableCoroutine(generator, name) as AwaitableCoroutineOf<G>,
  );
}
