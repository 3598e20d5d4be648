// COUNT fibers of effect that wait for a latch; KB of resident memory each.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Effect, Latch } from 'effect';

import { serve } from './rounds.js';

const count = Number(process.argv[2]);
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

function resident() {
  gc();
  gc();
  return process.memoryUsage.rss() / 1024;
}

/** As bench/resident.ts does before it measures. */
function growYoungGeneration() {
  let survivors = [];
  for (let i = 0; i < 3_000_000; i++) {
    survivors.push([{ i }]);
    if (survivors.length === 10_000) survivors = [];
  }
}

await serve(async () => {
  const latch = Latch.makeUnsafe();
  let waiting = 0;
  const body = Effect.gen(function* () {
    waiting++;
    yield* latch.await;
  });
  const fibers = Array.from({ length: count });
  growYoungGeneration();
  const before = resident();
  for (let i = 0; i < count; i++) fibers[i] = Effect.runFork(body);
  while (waiting < count) await new Promise(setImmediate);
  return (resident() - before) / fibers.length;
});
