// COUNT fibers of effect, forked and joined; fibers a second.

import { Effect, Fiber } from 'effect';

import { serve } from './rounds.js';

const count = Number(process.argv[2]);
const nothing = Effect.sync(() => {});
const body = process.argv[3] === 'parks' ? Effect.andThen(Effect.yieldNow, nothing) : nothing;
const program = Effect.gen(function* () {
  const fibers = [];
  for (let i = 0; i < count; i++) fibers.push(yield* Effect.forkChild(body));
  yield* Fiber.joinAll(fibers);
});

await serve(async () => {
  const started = performance.now();
  await Effect.runPromise(program);
  return (count * 1000) / (performance.now() - started);
});
