import { Future } from '../future/index.ts';
import { deadlockReport, GreenroomError } from '../errors/index.ts';
import type { Task } from '../task/index.ts';
import { callStackOf, labelOf } from './call-graph.ts';

/**
 * Nothing is left in the process that could run, and a program still waits: what it waits for nobody is going to do.
 * The message lists its tasks, what each waits for, and where, as far as that is known.
 */
export class DeadlockError extends GreenroomError {
  constructor(tasks: readonly Task[]) {
    super(
      'ERR_DEADLOCK',
      deadlockReport('task', tasks, (task) => ({
        name: task.name,
        reason: reasonOf(task),
        stack: callStackOf(task),
      })),
    );
  }
}

function reasonOf(task: Task): string {
  const awaited = [task.waitingFor, ...task.awaited().map((wait) => wait.awaited)].find(
    (future) => future !== undefined,
  );
  return awaited === undefined
    ? 'something outside of the loop'
    : awaited instanceof Future
      ? labelOf(awaited)
      : awaited.waitReason;
}

/** Who is to be told. */
export interface Stuck {
  deadlocked(): void;
}

const running = new Set<Stuck>();

function tellAll(): void {
  for (const each of running) each.deadlocked();
  // Node asks again only if something happened meanwhile.
  setImmediate(() => undefined);
}

/** Tells `program` if Node has nothing left to do, each time that happens, until the returned function is called. */
export function onDeadlock(program: Stuck): () => void {
  if (running.size === 0) process.on('beforeExit', tellAll);
  running.add(program);
  return () => {
    if (running.delete(program) && running.size === 0) process.off('beforeExit', tellAll);
  };
}
