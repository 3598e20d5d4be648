import { checkFunction } from '../errors/index.ts';
import { interrupt, waiting } from '../kernel/index.ts';
import { GreenletTask } from './greenlet-task.ts';
import { LoopExit } from './loop-exit.ts';

/** The mains that have not ended: those who hear of a deadlock. */
const mains = new Set<GreenletTask>();

/**
 * Node has nothing left to do. If a main still waits, nothing can end its wait.
 * Others that wait alone are no error: a program may leave its daemons behind.
 */
function explainDeadlock(): void {
  const waiters = waiting();
  for (const task of mains) interrupt(task.fiber, new LoopExit(waiters));
}

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
  if (mains.size === 0) process.on('beforeExit', explainDeadlock);
  mains.add(task);
  try {
    return await task.start();
  } finally {
    mains.delete(task);
    if (mains.size === 0) process.off('beforeExit', explainDeadlock);
  }
}
