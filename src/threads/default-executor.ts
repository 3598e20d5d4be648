import { afterRealTime } from '../loop/index.ts';
import { describe, InvalidArgumentError, InvalidStateError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { type Executor, moduleUrl, sharedExecutor } from './executor.ts';

/** The executor that an event loop uses where none is named, and the calls that it began there. */
export class DefaultExecutor {
  #executor: Executor | undefined;
  #closed = false;
  readonly #underWay = new Set<Future>();

  set(executor: Executor): void {
    checkExecutor(executor, '');
    this.#executor = executor;
  }

  submit<T>(
    executor: Executor | undefined,
    module: URL | string,
    name: string,
    args: readonly unknown[],
  ): Future<T> {
    const url = moduleUrl(module);
    if (executor !== undefined) checkExecutor(executor, '; undefined stands for the default one');
    if (executor !== undefined) return executor.submit<T>(url, name, args);
    if (this.#closed)
      throw new InvalidStateError('The default executor is shut down; it takes no more calls');
    const call = (this.#executor ?? sharedExecutor()).submit<T>(url, name, args);
    this.#underWay.add(call);
    call.addDoneCallback(() => this.#underWay.delete(call));
    return call;
  }

  /**
   * Takes no more calls, waits for those that are under way, and shuts the executor down if it is this loop's alone.
   * Those that take longer than `timeout` milliseconds are ended.
   */
  async shutdown(timeout: number): Promise<void> {
    this.#closed = true;
    const left = [...this.#underWay];
    if (left.length > 0) await this.#join(left, timeout);
    await this.#executor?.shutdown();
    this.#executor = undefined;
  }

  async #join(left: readonly Future[], timeout: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const clear = afterRealTime(timeout, () => {
      for (const call of left) call.cancel();
      late.resolve();
    });
    await Promise.race([Promise.allSettled(left), late.promise]);
    clear();
  }
}

function checkExecutor(executor: unknown, advice: string): void {
  if (typeof (executor as Partial<Executor> | null)?.submit === 'function') return;
  throw new InvalidArgumentError(
    `Expected \`executor\` to be an Executor, such as \`new ThreadExecutor()\`, got ${describe(executor)}${advice}`,
  );
}
