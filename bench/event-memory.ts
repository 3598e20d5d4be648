// Resident memory of a task that waits for an event, everything included: the task, its coroutine, its async context
// and its place in the line.

import { createTask, Event, sleep } from 'greenroom/asyncio';
import type { Measurement, Round } from './measurement.ts';
import { growYoungGeneration, resident } from './resident.ts';

const TASKS = 100_000;

function tasks(body: (event: Event, arrive: () => void) => () => unknown): Round {
  return async () => {
    const event = new Event();
    let waiting = 0;
    const start = body(event, () => waiting++) as Parameters<typeof createTask>[0];
    const parked = Array.from<unknown>({ length: TASKS });
    growYoungGeneration();
    const before = resident();
    for (let i = 0; i < TASKS; i++) parked[i] = createTask(start);
    while (waiting < TASKS) await sleep(0);
    return (resident() - before) / parked.length;
  };
}

function generators(): Round {
  return tasks(
    (event, arrive) =>
      function* () {
        arrive();
        yield* event.wait();
      },
  );
}

function asyncFunctions(): Round {
  return tasks((event, arrive) => async () => {
    arrive();
    await event.wait();
  });
}

const args = [String(TASKS)];

export const measurements: readonly Measurement[] = [
  {
    title: `Resident memory per task that waits for an event, ${TASKS.toLocaleString('en')} of them`,
    unit: 'kilobytes',
    fresh: true,
    contestants: [
      { name: 'generators', prepare: generators, rounds: 5 },
      { name: 'async functions', prepare: asyncFunctions, rounds: 5 },
      {
        name: 'asyncio',
        peer: 'asyncio-event-memory.py',
        args: [...args, 'asyncio'],
        needs: 'asyncio',
        rounds: 5,
      },
      { name: 'uvloop', peer: 'asyncio-event-memory.py', args, needs: 'uvloop', rounds: 5 },
      { name: 'effect', peer: 'effect-event-memory.js', args, needs: 'effect', rounds: 5 },
    ],
    targets: [
      { contestant: 'generators', is: 'at most', factor: 1 },
      { contestant: 'generators', against: 'asyncio', is: 'at most', factor: 1 },
    ],
  },
];
