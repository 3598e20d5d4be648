import { Future } from '../future/index.ts';
import { taskContext } from './current-task.ts';

/**
 * Lets tasks know what the async functions they run are waiting for: `await future` calls `then` in the
 * async context of the code that awaits, and cancelling the task has to reach that future. The layers
 * below know nothing of tasks, so the methods are wrapped from here, once.
 */
export function trackAwaits(): void {
  for (const name of ['then', 'catch', 'finally'] as const) {
    const method = Future.prototype[name] as (...args: unknown[]) => Promise<never>;
    Future.prototype[name] = function (this: Future, ...args: unknown[]): Promise<never> {
      if (!this.done()) taskContext.getStore()?.noteAwait(this);
      return method.apply(this, args);
    };
  }
}
