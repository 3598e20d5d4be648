import { InvalidStateError } from '../errors/index.ts';
import { type Cancellable, currentTask } from '../task/index.ts';

/**
 * The task or greenlet that runs; `what` can only be used in one.
 *
 * @throws InvalidStateError outside
 */
export function performing(what: string): Cancellable {
  const performer = currentTask();
  if (performer !== undefined) return performer;
  throw new InvalidStateError(
    `Cannot use ${what} outside of a task; run the code with \`run\` or \`createTask\``,
  );
}
