import { TimeoutError } from '../errors/index.ts';
import { GreenletExit } from '../greenlet/greenlet-exit.ts';
import { getLoop } from '../loop/index.ts';
import type { GreenletTask, KillOptions } from './greenlet-task.ts';

export interface JoinOptions {
  /** Milliseconds for all of them together. Default: no limit. */
  timeout?: number;
  /** Throws the error of the first in the list that failed. */
  raiseError?: boolean;
}

/**
 * Waits until all of `tasks` have ended, or the time is up; returns those that
 * have. (gevent's `joinall`.)
 *
 * @example joinAll([spawn(work, 'a'), spawn(work, 'b')])
 */
export function joinAll<T>(
  tasks: Iterable<GreenletTask<T>>,
  options: JoinOptions = {},
): GreenletTask<T>[] {
  const all = [...new Set(tasks)];
  const loop = getLoop();
  const deadline = options.timeout === undefined ? undefined : loop.time() + options.timeout;
  for (const task of all) {
    if (deadline === undefined) task.join();
    else if (!task.join(Math.max(0, deadline - loop.time()))) break;
  }
  const ended = all.filter((task) => task.ready());
  if (options.raiseError === true) for (const task of ended) task.result();
  return ended;
}

/**
 * Kills all of `tasks` and waits for their ends, unless `block` is false.
 *
 * @throws TimeoutError when they have not all ended within `timeout` milliseconds
 */
export function killAll(
  tasks: Iterable<GreenletTask<unknown>>,
  error: unknown = new GreenletExit(),
  options: KillOptions = {},
): void {
  const all = [...tasks];
  for (const task of all) task.kill(error, { block: false });
  if (options.block === false) return;
  const ended = joinAll(all, options.timeout === undefined ? {} : { timeout: options.timeout });
  if (ended.length < new Set(all).size) {
    throw new TimeoutError(
      `Some of ${all.length} greenlets have not ended within ${options.timeout} ms of being killed`,
    );
  }
}
