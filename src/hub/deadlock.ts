/**
 * The one detector of deadlocks. Node has nothing left to do ('beforeExit'), and a program still waits: then nothing can
 * end its wait. The report walks across styles: a greenlet that waits for a task that waits for a lock that another
 * greenlet holds is one chain, with a stack for each; those who wait for each other are named.
 *
 * Others that wait alone are no error: a program may leave its daemons behind.
 */
import { deadlockReport, isProgramFrame, type StuckWait } from '../errors/index.ts';
import { Future, Waiter } from '../future/index.ts';
import { Fiber, traceOf } from '../kernel/index.ts';
import { Cancellable, Task } from '../task/index.ts';
import { fiberName } from './fiber-name.ts';
import { GreenletTask } from './greenlet-task.ts';

/** A program that is to be told. */
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

/** One who waits: a task, or the fiber of a greenlet of either kind. */
type Sleeper = Task | Fiber;

/** The message: `first` who wait, then those that they wait for, and so on. `kind` is what could have ended the waits. */
export function describeDeadlock(kind: 'task' | 'greenlet', first: readonly Sleeper[]): string {
  const listed = new Set<Sleeper>(first);
  for (const sleeper of listed) {
    const next = nextOf(sleeper);
    if (next !== undefined) listed.add(next);
  }
  const circle = findCircle(listed);
  const names = circle.map(nameOf);
  return (
    deadlockReport(kind, [...listed], describeWait) +
    (names.length === 0 ? '' : `\n  a circle: ${[...names, names[0]].join(' waits for ')}`)
  );
}

function describeWait(sleeper: Sleeper): StuckWait {
  const awaited = awaitedBy(sleeper);
  const holder = awaited instanceof Waiter ? awaited.queue.holder : undefined;
  const held = holder === undefined || holder.done() ? '' : ` that ${holder.name} holds`;
  const reason = sleeper instanceof Fiber ? sleeper.parkedOn?.reason : awaited?.waitReason;
  return {
    name: nameOf(sleeper),
    reason: `${reason ?? 'something outside of the loop'}${held}`,
    stack: stackOf(sleeper),
  };
}

function nameOf(sleeper: Sleeper): string {
  return sleeper instanceof Fiber ? fiberName(sleeper) : sleeper.name;
}

function stackOf(sleeper: Sleeper): string[] {
  const trace = sleeper instanceof Fiber ? traceOf(sleeper) : sleeper.stack;
  return (trace?.split('\n') ?? []).filter(isProgramFrame);
}

function awaitedBy(sleeper: Sleeper): Future | undefined {
  const waits = sleeper instanceof Fiber ? [sleeper.parkedOn] : sleeper.awaited();
  const futures = [
    sleeper instanceof Fiber ? sleeper.parkedOn?.until : sleeper.waitingFor,
    ...waits.map((wait) => wait?.awaited),
  ];
  return futures.find((future) => future instanceof Future);
}

/** Who would have to go on first. */
function nextOf(sleeper: Sleeper): Sleeper | undefined {
  const awaited = awaitedBy(sleeper);
  const next: unknown = awaited instanceof Waiter ? awaited.queue.holder : awaited;
  if (!(next instanceof Cancellable) || next.done()) return undefined;
  if (next instanceof GreenletTask) return next.fiber.parkedOn === null ? undefined : next.fiber;
  return next instanceof Task ? (next as Task) : undefined;
}

/** Those who wait for each other; empty if nobody does. */
function findCircle(sleepers: ReadonlySet<Sleeper>): Sleeper[] {
  for (const start of sleepers) {
    const path: Sleeper[] = [];
    for (let at: Sleeper | undefined = start; at !== undefined; at = nextOf(at)) {
      const known = path.indexOf(at);
      if (known >= 0) return path.slice(known);
      path.push(at);
    }
  }
  return [];
}
