import { checkFunction } from '../errors/index.ts';
import { GreenletTask } from './greenlet-task.ts';
import { LoopExit } from './loop-exit.ts';
import { interrupt, waiting } from './park.ts';

/**
 * Runs `fn` in a greenlet, in which it may block, and returns a promise of its
 * result. The start of a program that is not run by `greenroom run`.
 *
 * @example
 * const text = await main(() => wait(fetch(url)).status)
 * @throws LoopExit, in `fn`, when nothing is left that could end its wait
 */
export function main<T>(fn: () => T): Promise<T> {
  checkFunction(fn, 'fn');
  const task = new GreenletTask<T>(fn, 'main');
  task.quiet = true;
  const explain = (): void => {
    const waiters = waiting();
    if (waiters.length > 0) interrupt(task.fiber, new LoopExit(waiters));
  };
  process.on('beforeExit', explain);
  const promise = task.then();
  task.start();
  return promise.finally(() => process.off('beforeExit', explain));
}
