import type { Future } from '../future/index.ts';
import { type Fiber, type FiberWait, park, type WaitReason } from '../kernel/index.ts';

/** The wait of a greenlet for the end of a future, whatever comes of it. */
class EndWait implements FiberWait {
  protected readonly future: Future;
  readonly #what: WaitReason | undefined;

  constructor(future: Future, what?: WaitReason) {
    this.future = future;
    this.#what = what;
  }

  get reason(): WaitReason {
    return this.#what ?? this.future.waitReason;
  }

  get until(): Future {
    return this.future;
  }

  get awaited(): Future | undefined {
    return undefined;
  }

  cancelAwaited(_message: string | undefined): boolean {
    return false;
  }

  takeBack(fiber: Fiber): boolean {
    return this.future.removeWaiter(fiber);
  }
}

/** The wait for its outcome: who is cancelled meanwhile cancels it, as an `await` does. */
class FutureWait extends EndWait {
  override get awaited(): Future {
    return this.future;
  }

  override cancelAwaited(message: string | undefined): boolean {
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
export function awaitFuture<T>(future: Future<T>, fiber: Fiber, what?: WaitReason): T {
  future.addWaiter(fiber);
  park(fiber, new FutureWait(future, what));
  return future.result();
}
