// sleep(0) in two tasks, in both styles of body: a pass through the loop's ready queue.

import { createTask, gather, run, sleep } from 'greenroom/asyncio';
import type { Measurement, Round } from './measurement.ts';

const SLEEPS = 400_000;
const TASKS = 2;

function* generatorBody(each: number): Generator<unknown, void, unknown> {
  for (let i = 0; i < each; i++) yield* sleep(0);
}

async function asyncBody(each: number): Promise<void> {
  for (let i = 0; i < each; i++) await sleep(0);
}

function tasks(body: (each: number) => Parameters<typeof createTask>[0]): Round {
  return () =>
    run(async () => {
      const started = performance.now();
      await gather(...Array.from({ length: TASKS }, () => createTask(body(SLEEPS / TASKS))));
      return (SLEEPS * 1000) / (performance.now() - started);
    });
}

const args = [String(TASKS), String(SLEEPS)];

export const measurements: readonly Measurement[] = [
  {
    title: 'sleep(0) in two tasks, sleeps a second',
    unit: 'per second',
    contestants: [
      { name: 'generators', prepare: () => tasks((each) => generatorBody(each)) },
      { name: 'async functions', prepare: () => tasks((each) => () => asyncBody(each)) },
      {
        name: 'asyncio',
        peer: 'asyncio-sleep-zero.py',
        args: [...args, 'asyncio'],
        needs: 'asyncio',
      },
      { name: 'uvloop', peer: 'asyncio-sleep-zero.py', args, needs: 'uvloop' },
      { name: 'trio', peer: 'trio-sleep-zero.py', args, needs: 'trio', rounds: 3 },
      { name: 'effect', peer: 'effect-sleep-zero.js', args, needs: 'effect' },
      { name: 'effection', peer: 'effection-sleep-zero.js', args, needs: 'effection', rounds: 3 },
      { name: 'setImmediate', peer: 'immediate-sleep-zero.js', args, needs: 'effect' },
    ],
    targets: [
      { contestant: 'generators', against: 'asyncio', is: 'at least', factor: 10 },
      { contestant: 'generators', against: 'uvloop', is: 'at least', factor: 5 },
      { contestant: 'async functions', against: 'asyncio', is: 'at least', factor: 2.5 },
    ],
  },
];
