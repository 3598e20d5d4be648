// Resident memory of a greenlet that waits, everything included: its stack,
// V8's records of it, its objects and its place in a queue.

import { Future, main, sleep, spawn, wait } from 'greenroom';
import type { Measurement, Round } from './measurement.ts';
import { growYoungGeneration, resident } from './resident.ts';

const NODE = Number.parseInt(process.versions.node, 10);

function greenlets(count: number): Round {
  return () =>
    main(() => {
      spawn(() => sleep(0)).get(); // what the first one costs is not the others'
      const never = new Future<void>();
      let waiting = 0;
      const body = (): void => {
        waiting++;
        wait(never);
      };
      growYoungGeneration();
      const before = resident();
      for (let i = 0; i < count; i++) spawn(body);
      while (waiting < count) sleep(1);
      return (resident() - before) / count;
    });
}

function asyncFunctions(count: number): Round {
  return async () => {
    const never = new Promise<void>(() => {});
    const parked: Promise<void>[] = [];
    growYoungGeneration();
    const before = resident();
    for (let i = 0; i < count; i++) parked.push((async () => await never)());
    return (resident() - before) / parked.length;
  };
}

function parked(count: number): Measurement {
  return {
    title: `Resident memory per parked greenlet, ${count.toLocaleString('en')} of them`,
    unit: 'kilobytes',
    fresh: true,
    contestants: [
      { name: 'greenroom', prepare: () => greenlets(count), rounds: 3 },
      {
        name: 'gevent',
        peer: 'gevent-parked-memory.py',
        args: [String(count)],
        needs: 'gevent',
        rounds: 3,
      },
      { name: 'async functions', prepare: () => asyncFunctions(count), rounds: 3 },
    ],
    targets: [{ contestant: 'greenroom', is: 'at most', factor: NODE >= 26 ? 5.1 : 5.6 }],
  };
}

export const measurements: readonly Measurement[] = [20_000, 100_000].map(parked);
