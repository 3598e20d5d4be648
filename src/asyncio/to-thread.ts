import type { ParametersOf, RemoteCallOptions, ResultOf } from '../threads/index.ts';
import { operation, type Operation } from '../task/index.ts';
import type { Future } from '../future/index.ts';
import { getEventLoop } from './current-loop.ts';

/** A module whose functions can be called on other threads, with its type. */
export interface ThreadModule<M> {
  readonly url: URL;
  /** For the compiler alone: always undefined. */
  readonly exports?: M;
}

/**
 * Names a module by its URL and its type, so that calls on other threads are checked and have the right results.
 *
 * @example
 * import type * as Work from './work.js'
 * const work = threadModule<typeof Work>(new URL('./work.js', import.meta.url))
 * const size: number = await toThread(work, 'countPixels', 'a.png')
 */
export function threadModule<M>(url: URL): ThreadModule<M> {
  return { url };
}

/** The names of a module's functions. */
export type FunctionName<M> = {
  [K in keyof M]: M[K] extends (...args: never[]) => unknown ? K : never;
}[keyof M] &
  string;

/**
 * Calls a function that a module exports on another thread, in the default executor of the event loop. It begins when
 * it is waited for. Arguments and the result are cloned; errors come back with their message, stack and properties.
 * When whoever waits is cancelled, the call ends with its thread. Options are a last argument with a `signal`.
 * Context variables stay here: a thread has its own.
 *
 * (asyncio's `to_thread`, whose threads cannot be ended.)
 *
 * @throws InvalidArgumentError if the module has no such function
 * @example
 * const hash = await toThread(new URL('./work.js', import.meta.url), 'hash', text)
 */
export function toThread<M, K extends FunctionName<M>>(
  module: ThreadModule<M>,
  name: K,
  ...args: [...ParametersOf<M[K]>, options?: RemoteCallOptions]
): Operation<ResultOf<M[K]>>;
export function toThread<T = unknown>(
  module: URL | string,
  name: string,
  ...args: unknown[]
): Operation<T>;
export function toThread(
  module: ThreadModule<unknown> | URL | string,
  name: string,
  ...args: unknown[]
): Operation<unknown> {
  return callInThread(isThreadModule(module) ? module.url : module, name, args);
}

const callInThread = operation(function* (
  url: URL | string,
  name: string,
  args: readonly unknown[],
): Generator<Future, unknown, unknown> {
  const call = getEventLoop().runInExecutor(undefined, url, name, ...args);
  try {
    return yield* call;
  } finally {
    call.cancel();
  }
});

function isThreadModule(value: unknown): value is ThreadModule<unknown> {
  return typeof value === 'object' && value !== null && 'url' in value;
}
