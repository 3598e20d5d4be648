import type { Future } from '../future/index.ts';
import type { Fiber } from '../greenlet/fiber.ts';
import { park, type Wait } from './park.ts';

/** The wait of a greenlet for a future. */
class FutureWait implements Wait {
  readonly #future: Future;
  readonly #what: string | undefined;

  constructor(future: Future, what: string | undefined) {
    this.#future = future;
    this.#what = what;
  }

  get reason(): string {
    if (this.#what !== undefined) return this.#what;
    const name = (this.#future as { name?: unknown }).name;
    return typeof name === 'string' ? `the end of ${name}` : `a ${this.#future.constructor.name}`;
  }

  get awaited(): Future {
    return this.#future;
  }

  cancelWait(fiber: Fiber): boolean {
    return this.#future.removeWaiter(fiber);
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.#future.cancel(message);
  }
}

/** Parks the running fiber until the turn that `future` wakes it in, and returns its result or throws its error.
 * `what` is for reports: what is waited for. */
export function awaitFuture<T>(future: Future<T>, fiber: Fiber, what?: string): T {
  future.addWaiter(fiber);
  park(fiber, new FutureWait(future, what));
  return future.result();
}
