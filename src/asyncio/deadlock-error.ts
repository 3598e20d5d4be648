import { GreenroomError } from '../errors/index.ts';
import { describeDeadlock } from '../hub/index.ts';
import type { Task } from '../task/index.ts';

/**
 * Nothing is left in the process that could run, and a program still waits: what it waits for nobody is going to do.
 * The message lists its tasks, what each waits for, and where, as far as that is known, and those that they wait for.
 */
export class DeadlockError extends GreenroomError {
  /** @internal */
  constructor(tasks: readonly Task[]) {
    super('ERR_DEADLOCK', describeDeadlock('task', tasks));
  }
}
