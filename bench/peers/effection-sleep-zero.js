// COUNT tasks of effection, SLEEPS sleeps of 0 in all; sleeps a second.

import { all, run, sleep } from 'effection';

import { serve } from './rounds.js';

const count = Number(process.argv[2]);
// A sleep of effection's takes a timer of Node's, a millisecond at least: fewer of them tell as much.
const sleeps = Math.min(Number(process.argv[3]), 1000);

function* body() {
  for (let i = 0; i < sleeps / count; i++) yield* sleep(0);
}

await serve(async () => {
  const started = performance.now();
  await run(() => all(Array.from({ length: count }, () => body())));
  return (sleeps * 1000) / (performance.now() - started);
});
