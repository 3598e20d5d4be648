// A producer and a consumer at a queue with one place: each item takes both of them a wait and a wake-up.

import { main, spawn, wait } from 'greenroom';
import { createTask, Queue, run } from 'greenroom/asyncio';
import type { Measurement, Round } from './measurement.ts';

const ITEMS = 200_000;

/** Starts both, and ends when both have ended; returns items a second. */
async function timed(start: (queue: Queue<number>) => [unknown, unknown]): Promise<number> {
  const started = performance.now();
  const [producer, consumer] = start(new Queue<number>(1));
  await producer;
  const sum = await consumer;
  const elapsed = performance.now() - started;
  if (sum !== (ITEMS * (ITEMS - 1)) / 2)
    throw new Error(`items were lost: the sum is ${sum as number}`);
  return (ITEMS * 1000) / elapsed;
}

function generators(): Round {
  function* produce(queue: Queue<number>): Generator<unknown, void, unknown> {
    for (let i = 0; i < ITEMS; i++) yield* queue.put(i);
  }
  function* consume(queue: Queue<number>): Generator<unknown, number, unknown> {
    let sum = 0;
    for (let i = 0; i < ITEMS; i++) sum += yield* queue.get();
    return sum;
  }
  return () =>
    run(() => timed((queue) => [createTask(produce(queue)), createTask(consume(queue))]));
}

function asyncFunctions(): Round {
  async function produce(queue: Queue<number>): Promise<void> {
    for (let i = 0; i < ITEMS; i++) await queue.put(i);
  }
  async function consume(queue: Queue<number>): Promise<number> {
    let sum = 0;
    for (let i = 0; i < ITEMS; i++) sum += await queue.get();
    return sum;
  }
  return () =>
    run(() =>
      timed((queue) => [createTask(() => produce(queue)), createTask(() => consume(queue))]),
    );
}

function greenlets(): Round {
  const produce = (queue: Queue<number>): void => {
    for (let i = 0; i < ITEMS; i++) wait(queue.put(i));
  };
  const consume = (queue: Queue<number>): number => {
    let sum = 0;
    for (let i = 0; i < ITEMS; i++) sum += wait(queue.get());
    return sum;
  };
  return () => main(() => wait(timed((queue) => [spawn(produce, queue), spawn(consume, queue)])));
}

const args = [String(ITEMS)];

export const measurements: readonly Measurement[] = [
  {
    title: 'A queue with one place, items a second',
    unit: 'per second',
    contestants: [
      { name: 'generators', prepare: generators },
      { name: 'async functions', prepare: asyncFunctions },
      { name: 'greenlets', prepare: greenlets },
      { name: 'asyncio', peer: 'asyncio-queue.py', args: [...args, 'asyncio'], needs: 'asyncio' },
      { name: 'uvloop', peer: 'asyncio-queue.py', args, needs: 'uvloop' },
      { name: 'gevent', peer: 'gevent-queue.py', args, needs: 'gevent' },
      { name: 'effect', peer: 'effect-queue.js', args, needs: 'effect' },
    ],
    targets: [{ contestant: 'generators', against: 'asyncio', is: 'at least', factor: 8 }],
  },
];
