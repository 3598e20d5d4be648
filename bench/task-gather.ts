// Making tasks that return at once, and gathering their results.

import { createTask, gather, run, type Task } from 'greenroom/asyncio';
import type { Measurement, Round } from './measurement.ts';

const COUNT = 100_000;

function* nothing(): Generator<never, void, unknown> {}

/** `create` in a loop, as with the peers: `Array.from` looks each index up in what it is given, and that costs a tenth of a task. */
function gathering(create: () => Task<void>): Round {
  return () =>
    run(async () => {
      const started = performance.now();
      const tasks: Task<void>[] = [];
      for (let i = 0; i < COUNT; i++) tasks.push(create());
      await gather(tasks);
      return (COUNT * 1000) / (performance.now() - started);
    });
}

function generatorTasks(eagerStart: boolean): Round {
  return gathering(() => createTask(nothing(), { eagerStart }));
}

function asyncTasks(): Round {
  const body = async (): Promise<void> => {};
  return gathering(() => createTask(body));
}

const args = [String(COUNT), 'runs'];

export const measurements: readonly Measurement[] = [
  {
    title: 'Create and gather 100,000 tasks, tasks a second',
    unit: 'per second',
    contestants: [
      { name: 'generators', prepare: () => generatorTasks(false) },
      { name: 'generators, eager', prepare: () => generatorTasks(true) },
      { name: 'async functions', prepare: asyncTasks },
      {
        name: 'asyncio',
        peer: 'asyncio-spawn-join.py',
        args: [...args, 'asyncio'],
        needs: 'asyncio',
      },
      { name: 'uvloop', peer: 'asyncio-spawn-join.py', args, needs: 'uvloop' },
      { name: 'trio', peer: 'trio-spawn-join.py', args, needs: 'trio', rounds: 3 },
      { name: 'effect', peer: 'effect-spawn-join.js', args, needs: 'effect' },
      { name: 'effection', peer: 'effection-spawn-join.js', args, needs: 'effection', rounds: 3 },
      { name: 'Promise.all', peer: 'promise-spawn-join.js', args, needs: 'effect' },
    ],
    targets: [
      { contestant: 'generators', against: 'asyncio', is: 'at least', factor: 8 },
      { contestant: 'generators, eager', against: 'asyncio', is: 'at least', factor: 24 },
    ],
  },
];
