// COUNT tasks of effection, spawned and joined; tasks a second.

import { run, spawn } from 'effection';

import { serve } from './rounds.js';

// Its time grows faster than their number; a tenth of them is kind to it.
const count = Number(process.argv[2]) / 10;

function* body() {}

await serve(async () => {
  const started = performance.now();
  await run(function* () {
    const tasks = [];
    for (let i = 0; i < count; i++) tasks.push(yield* spawn(body));
    for (const task of tasks) yield* task;
  });
  return (count * 1000) / (performance.now() - started);
});
