import type { Future } from '../future/index.ts';
import type { Fiber, Wait } from '../greenlet/fiber.ts';
import { park } from './park.ts';

/** The wait of a greenlet for the end of a future, whatever comes of it. */
class EndWait implements Wait {
  protected readonly future: Future;
  readonly #what: string | undefined;

  constructor(future: Future, what?: string) {
    this.future = future;
    this.#what = what;
  }

  get reason(): string {
    return this.#what ?? this.future.waitReason;
  }

  cancelWait(fiber: Fiber): boolean {
    return this.future.removeWaiter(fiber);
  }
}

/** The wait for its outcome: who is cancelled meanwhile cancels it, as an `await` does. */
class FutureWait extends EndWait {
  get awaited(): Future {
    return this.future;
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.future.cancel(message);
  }
}

/** Parks the running fiber until the turn that the end of `future` wakes it in. */
export function awaitEnd(future: Future, fiber: Fiber): void {
  future.addWaiter(fiber);
  park(fiber, new EndWait(future));
}

/** Parks the running fiber until the turn that `future` wakes it in, and returns its result or throws its error.
 * `what` is for reports: what is waited for. */
export function awaitFuture<T>(future: Future<T>, fiber: Fiber, what?: string): T {
  future.addWaiter(fiber);
  park(fiber, new FutureWait(future, what));
  return future.result();
}
