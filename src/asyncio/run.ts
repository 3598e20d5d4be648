import type { TaskBody } from '../task/index.ts';
import { checkOutsideTasks, Runner, type RunnerOptions } from './runner.ts';

export interface RunOptions extends RunnerOptions {
  /** The name of the main task. */
  readonly name?: string | undefined;
  /** Aborted, it cancels the main task, and the run fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program's main coroutine or async function; the promise gets its result. When it ends, in
 * whatever way, the tasks that it started, and those that they started, are cancelled and waited for.
 *
 * @throws InvalidStateError (by the promise) when called inside a task
 * @throws KeyboardInterrupt (by the promise) if SIGINT (Ctrl-C) ended it, see `Runner.run`
 * @throws DeadlockError (by the promise) if nothing is left in the process that could end its wait
 * @example
 * await run(async () => {
 *   await sleep(1000)
 *   console.log('Hello')
 * })
 */
export async function run<T>(main: TaskBody<T>, options: RunOptions = {}): Promise<T> {
  checkOutsideTasks('run');
  const runner = new Runner(options);
  try {
    return await runner.run(main, { name: options.name, signal: options.signal });
  } finally {
    await runner.close();
  }
}
