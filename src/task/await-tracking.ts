import { Future } from '../future/index.ts';
import { taskContext } from './current-task.ts';

/**
 * Lets tasks know what the async functions they run are waiting for: `await future` calls `then` in the
 * async context of the code that awaits, and cancelling the task has to reach that future. The layers
 * below know nothing of tasks, so the method is wrapped from here, once.
 */
export function trackAwaits(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
  const then = Future.prototype.then;
  // oxlint-disable-next-line unicorn/no-thenable -- it is one already
  Future.prototype.then = function <T, R1 = T, R2 = never>(
    this: Future<T>,
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    if (!this.done()) taskContext.getStore()?.noteAwait(this);
    return then.call(this, onFulfilled, onRejected) as Promise<R1 | R2>;
  };
}
