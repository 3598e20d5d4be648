import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';

/**
 * The end of an async function that runs inside a generator task. Cancelling the task must not end this wait, or the
 * task would go on while the function cleans up: it cancels what the function awaits, and the function's own end
 * ends the wait. So there is nothing here to cancel.
 */
export class BodyPromise<T> extends Future<T> {
  constructor(promise: PromiseLike<T>, loop: Loop) {
    super(loop);
    promise.then(
      (value) => this.setResult(value),
      (error: unknown) => this.setException(error),
    );
  }

  override cancel(): false {
    return false;
  }
}
