// COUNT fibers of effect, SLEEPS yields in all; yields a second.

import { Effect, Fiber } from 'effect';

import { serve } from './rounds.js';

const [count, sleeps] = process.argv.slice(2).map(Number);
const body = Effect.gen(function* () {
  for (let i = 0; i < sleeps / count; i++) yield* Effect.yieldNow;
});
const program = Effect.gen(function* () {
  const fibers = [];
  for (let i = 0; i < count; i++) fibers.push(yield* Effect.forkChild(body));
  yield* Fiber.joinAll(fibers);
});

await serve(async () => {
  const started = performance.now();
  await Effect.runPromise(program);
  return (sleeps * 1000) / (performance.now() - started);
});
