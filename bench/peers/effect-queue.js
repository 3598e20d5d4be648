// A producer and a consumer at effect's bounded queue of one; items a second.

import { Effect, Fiber, Queue } from 'effect';

import { serve } from './rounds.js';

const items = Number(process.argv[2]);
const program = Effect.gen(function* () {
  const queue = yield* Queue.bounded(1);
  const producer = yield* Effect.forkChild(
    Effect.gen(function* () {
      for (let i = 0; i < items; i++) yield* Queue.offer(queue, i);
    }),
  );
  let sum = 0;
  for (let i = 0; i < items; i++) sum += yield* Queue.take(queue);
  yield* Fiber.join(producer);
  if (sum !== (items * (items - 1)) / 2) throw new Error('items were lost');
});

await serve(async () => {
  const started = performance.now();
  await Effect.runPromise(program);
  return (items * 1000) / (performance.now() - started);
});
