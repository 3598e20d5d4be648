import { Future } from '../future/index.ts';
import type { Handle, Loop } from '../loop/index.ts';

/**
 * The end of an async function that runs inside a generator task. Cancelling the task must not end this wait, or the
 * task would go on while the function cleans up: it cancels what the function awaits, and the function's own end
 * ends the wait. So there is nothing here to cancel.
 *
 * The one who waits goes on from the promise job that tells the end, without a turn of the loop: a function that
 * awaits another does the same.
 */
export class BodyPromise<T> extends Future<T> {
  #waiter: Handle | undefined = undefined;

  constructor(promise: PromiseLike<T>, loop: Loop) {
    super(loop);
    promise.then(
      (value) => {
        this.setResult(value);
        this.#waiter?.run();
      },
      (error: unknown) => {
        this.setException(error);
        this.#waiter?.run();
      },
    );
  }

  override addWaiter(waiter: Handle): void {
    this.#waiter = waiter;
  }

  override cancel(): false {
    return false;
  }
}
