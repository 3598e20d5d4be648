import { checkDelay, checkOptions } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { awaitEnd } from './await-future.ts';
import { checkFutures, type ListOf } from './check-futures.ts';
import { iwait, type IwaitOptions } from './iwait.ts';
import { withinLimits } from './limited.ts';
import { blockingFiber } from './blocking-fiber.ts';

export interface JoinOptions extends IwaitOptions {
  /** Throws the error of the first to fail, as soon as it does. Default false. */
  raiseError?: boolean | undefined;
}

/**
 * Waits until all of `tasks` (greenlets, or any futures) have ended, or `count` of them, or until the time is up.
 * (gevent's `joinall`, and its `wait(objects)`.)
 *
 * @returns those that have ended, in the order of the list
 * @example joinAll([spawn(work, 'a'), spawn(work, 'b')], { timeout: 1000 })
 * @throws with `raiseError` the error of the first to fail; InvalidArgumentError for what is no future;
 * the signal's reason; BlockingSwitchOutError outside a greenlet, if it has to wait
 */
export function joinAll<F extends Future>(tasks: ListOf<F>, options: JoinOptions = {}): F[] {
  checkOptions(options, '{ timeout: 5 }');
  const all = checkFutures(tasks, 'tasks');
  if (options.raiseError === true || options.count !== undefined) {
    for (const task of iwait(all, options)) if (options.raiseError === true) task.result();
  } else {
    joinInTurn(all, options);
  }
  return [...all].filter((task) => task.done());
}

/** Waiting for one after the other wakes the waiting greenlet least often: most have ended when it gets to them. */
function joinInTurn(all: Set<Future>, { timeout, signal }: IwaitOptions): void {
  const pending = [...all].filter((task) => !task.done());
  const limits = { timeout, signal };
  if (timeout !== undefined) checkDelay(timeout, 'timeout');
  if (pending.length === 0) return;
  const fiber = blockingFiber('joinAll()');
  withinLimits(fiber, limits, () => {
    for (const task of pending) if (!task.done()) awaitEnd(task, fiber);
  });
}
