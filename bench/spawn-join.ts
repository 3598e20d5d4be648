// Making greenlets, running and joining them.

import { joinAll, main, sleep, spawn } from 'greenroom';
import type { Contestant, Measurement, Round } from './measurement.ts';

const resolved = Promise.resolve();
let ran = 0;
const nothing = (): void => {
  ran++;
};
const park = (): void => {
  sleep(0);
  ran++;
};

function greenlets(count: number, body: () => void): Round {
  return () =>
    main(() => {
      ran = 0;
      const started = performance.now();
      joinAll(Array.from({ length: count }, () => spawn(body)));
      const elapsed = performance.now() - started;
      if (ran !== count) throw new Error(`only ${ran} of ${count} ran`);
      return (count * 1000) / elapsed;
    });
}

function asyncFunctions(count: number, parks: boolean): Round {
  const body = async (): Promise<void> => {
    if (parks) await resolved;
    ran++;
  };
  return async () => {
    const started = performance.now();
    await Promise.all(Array.from({ length: count }, body));
    return (count * 1000) / (performance.now() - started);
  };
}

function contestants(count: number, parks: boolean): Contestant[] {
  const args = [String(count), parks ? 'parks' : 'runs'];
  return [
    { name: 'greenroom', prepare: () => greenlets(count, parks ? park : nothing) },
    { name: 'gevent', peer: 'gevent-spawn-join.py', args, needs: 'gevent' },
    { name: 'asyncio on uvloop', peer: 'asyncio-spawn-join.py', args, needs: 'uvloop' },
    { name: 'trio', peer: 'trio-spawn-join.py', args, needs: 'trio', rounds: 3 },
    { name: 'effect', peer: 'effect-spawn-join.js', args, needs: 'effect' },
    { name: 'async functions', prepare: () => asyncFunctions(count, parks) },
  ];
}

export const measurements: readonly Measurement[] = [
  {
    title: 'Spawn and join 100,000 greenlets, greenlets a second',
    unit: 'per second',
    contestants: contestants(100_000, false),
    targets: [{ contestant: 'greenroom', against: 'gevent', is: 'at least', factor: 10 }],
  },
  {
    title: 'Spawn and join 10,000 greenlets that park once each, greenlets a second',
    unit: 'per second',
    contestants: contestants(10_000, true),
  },
];
