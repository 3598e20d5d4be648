// sleep(0) in a few and in many greenlets: a pass through the loop's ready queue.

import { joinAll, main, sleep, spawn } from 'greenroom';
import type { Measurement, Round } from './measurement.ts';

const SLEEPS = 200_000;

function greenlets(count: number): Round {
  const each = SLEEPS / count;
  const work = (): void => {
    for (let i = 0; i < each; i++) sleep(0);
  };
  return () =>
    main(() => {
      const started = performance.now();
      joinAll(Array.from({ length: count }, () => spawn(work)));
      return (SLEEPS * 1000) / (performance.now() - started);
    });
}

const resolved = Promise.resolve();

/** For scale: async functions, which may stop only in their own frame. */
function asyncFunctions(count: number): Round {
  const each = SLEEPS / count;
  const work = async (): Promise<void> => {
    for (let i = 0; i < each; i++) await resolved;
  };
  return async () => {
    const started = performance.now();
    await Promise.all(Array.from({ length: count }, work));
    return (SLEEPS * 1000) / (performance.now() - started);
  };
}

function roundRobin(count: number): Measurement {
  const args = [String(count), String(SLEEPS)];
  return {
    title: `sleep(0) in ${count.toLocaleString('en')} greenlets, sleeps a second`,
    unit: 'per second',
    contestants: [
      { name: 'greenroom', prepare: () => greenlets(count) },
      { name: 'gevent', peer: 'gevent-sleep-zero.py', args, needs: 'gevent' },
      { name: 'asyncio on uvloop', peer: 'asyncio-sleep-zero.py', args, needs: 'uvloop' },
      { name: 'trio', peer: 'trio-sleep-zero.py', args, needs: 'trio', rounds: 3 },
      { name: 'await in async functions', prepare: () => asyncFunctions(count) },
    ],
    targets: [{ contestant: 'greenroom', against: 'gevent', is: 'at least', factor: 4 }],
  };
}

export const measurements: readonly Measurement[] = [2, 1000, 10_000].map(roundRobin);
