import { checkFunction } from '../errors/index.ts';
import { interrupt, waiting } from '../kernel/index.ts';
import { describeDeadlock, onDeadlock } from './deadlock.ts';
import { GreenletTask } from './greenlet-task.ts';
import { LoopExit } from './loop-exit.ts';

/**
 * Runs `fn` in a greenlet, in which it may block, and returns a promise of its
 * result. The start of a program that is not run by `greenroom run`.
 *
 * @example
 * const status = await main(() => wait(fetch(url)).status)
 * @throws LoopExit, in `fn`, when nothing is left that could end its wait
 */
export async function main<T>(fn: () => T): Promise<T> {
  checkFunction(fn, 'fn');
  const task = new GreenletTask<T>(fn);
  task.name = 'main';
  task.quiet = true;
  const release = onDeadlock({
    deadlocked() {
      interrupt(task.fiber, new LoopExit(describeDeadlock('greenlet', waiting())));
    },
  });
  try {
    return await task.start();
  } finally {
    release();
  }
}
