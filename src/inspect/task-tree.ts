import { labelOf, waitersFor } from './call-graph.ts';
import { GreenroomError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { taskReports } from './task-reports.ts';

/** Tasks wait for each other in a circle: none of them will ever go on. */
export class AwaitCycleError extends GreenroomError {
  /** Each waits for the next, and the last for the first. */
  readonly cycle: readonly Future[];

  constructor(cycle: readonly Future[]) {
    const names = [...cycle, cycle[0] as Future].map(labelOf);
    super('ERR_AWAIT_CYCLE', `Tasks wait for each other in a circle: ${names.join(' -> ')}`);
    this.cycle = cycle;
  }
}

/**
 * All tasks as a tree, each below the one that waits for it. (asyncio's `pstree`.)
 *
 * @throws AwaitCycleError if some wait for each other in a circle
 */
export function formatTaskTree(): string {
  const awaits = new Map<Future, Future[]>();
  const tops: Future[] = [];
  const visit = (future: Future, by: readonly Future[]): void => {
    if (!awaits.has(future)) awaits.set(future, []);
    if (by.length === 0) tops.push(future);
    for (const waiter of by) {
      const known = awaits.get(waiter);
      if (known === undefined) awaits.set(waiter, [future]);
      else known.push(future);
    }
  };
  const reports = taskReports();
  const reported = new Set(reports.map(({ task }) => task));
  for (const { task, awaitedBy } of reports) {
    visit(task, awaitedBy);
    // What stands between two tasks, such as the future of `gather`, is known by its own waiters.
    for (const waiter of awaitedBy) if (!reported.has(waiter)) visitBetween(waiter, visit);
  }
  checkForCycle(awaits);
  return [...new Set(tops)].map((top) => draw(top, awaits, '', '')).join('\n');
}

function visitBetween(
  future: Future,
  visit: (future: Future, by: readonly Future[]) => void,
): void {
  visit(future, waitersFor(future));
}

function draw(
  future: Future,
  awaits: ReadonlyMap<Future, readonly Future[]>,
  first: string,
  rest: string,
): string {
  const below = [...new Set(awaits.get(future))];
  const lines = below.map((each, index) => {
    const last = index === below.length - 1;
    return draw(
      each,
      awaits,
      `${rest}${last ? '└── ' : '├── '}`,
      `${rest}${last ? '    ' : '│   '}`,
    );
  });
  return [`${first}${labelOf(future)}`, ...lines].join('\n');
}

function checkForCycle(awaits: ReadonlyMap<Future, readonly Future[]>): void {
  const finished = new Set<Future>();
  const path: Future[] = [];
  const search = (future: Future): void => {
    const at = path.indexOf(future);
    if (at >= 0) throw new AwaitCycleError(path.slice(at));
    if (finished.has(future)) return;
    path.push(future);
    for (const awaited of awaits.get(future) ?? []) search(awaited);
    path.pop();
    finished.add(future);
  };
  for (const future of awaits.keys()) search(future);
}
