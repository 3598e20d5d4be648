// COUNT async functions that each let the loop turn with Node's own setImmediate; turns a second.

import { setImmediate } from 'node:timers/promises';

import { serve } from './rounds.js';

const [count, sleeps] = process.argv.slice(2).map(Number);

async function body() {
  for (let i = 0; i < sleeps / count; i++) await setImmediate();
}

await serve(async () => {
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, body));
  return (sleeps * 1000) / (performance.now() - started);
});
