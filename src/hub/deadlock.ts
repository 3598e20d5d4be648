/**
 * The one detector of deadlocks. Node has nothing left to do ('beforeExit'), and a program still waits: then nothing can
 * end its wait. The report walks across styles: a greenlet that waits for a task that waits for a lock that another
 * greenlet holds is one chain, with a stack for each; those who wait for each other are named.
 *
 * Others that wait alone are no error: a program may leave its daemons behind.
 */
import { deadlockReport, type StuckWait } from '../errors/index.ts';
import { Waiter } from '../future/index.ts';
import { Fiber } from '../kernel/index.ts';
import { askAwaits } from './await-stacks.ts';
import {
  nameOf,
  obstaclesOf,
  type Sleeper,
  type SleepersWait,
  waitsOf,
  wholeOf,
} from './stuck-waits.ts';

/** A program that is to be told. */
export interface Stuck {
  deadlocked(): void;
}

const running = new Set<Stuck>();

function tellAll(): void {
  askAwaits(() => {
    for (const each of running) each.deadlocked();
  });
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

/** The message: `first` who wait, then those that they wait for, and so on. `kind` is what could have ended the waits. */
export function describeDeadlock(kind: 'task' | 'greenlet', first: readonly Sleeper[]): string {
  const listed = new Set<Sleeper>(
    first.map((sleeper) => (sleeper instanceof Fiber ? sleeper : wholeOf(sleeper))),
  );
  for (const sleeper of listed) for (const next of obstaclesOf(sleeper)) listed.add(next);
  const waits = [...listed].flatMap(waitsOf);
  const names = findCircle(listed).map(nameOf);
  return (
    deadlockReport(kind, waits, describeWait) +
    (names.length === 0 ? '' : `\n  a circle: ${[...names, names[0]].join(' waits for ')}`)
  );
}

function describeWait({ sleeper, awaited, reason, stack }: SleepersWait): StuckWait {
  const holder = awaited instanceof Waiter ? awaited.queue.holder : undefined;
  const held = holder === undefined || holder.done() ? '' : ` that ${holder.name} holds`;
  return {
    name: nameOf(sleeper),
    reason: `${reason ?? 'something outside of the loop'}${held}`,
    stack: stack(),
  };
}

/** Those who wait for each other; empty if nobody does. */
function findCircle(sleepers: ReadonlySet<Sleeper>): Sleeper[] {
  const seen = new Set<Sleeper>();
  // Without recursion: chains can be longer than the stack is deep. For each one on the path, what is not looked at yet.
  const path = new Map<Sleeper, Sleeper[]>();
  for (const start of sleepers) {
    const order = [start];
    for (let at = order.at(-1); at !== undefined; at = order.at(-1)) {
      if (!seen.has(at)) path.set(at, obstaclesOf(at));
      seen.add(at);
      const next = path.get(at)?.pop();
      if (next === undefined) {
        path.delete(at);
        order.pop();
      } else if (path.has(next)) return order.slice(order.indexOf(next));
      else if (!seen.has(next)) order.push(next);
    }
  }
  return [];
}
