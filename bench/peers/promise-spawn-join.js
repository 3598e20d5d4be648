// COUNT async functions, called and gathered with Promise.all; calls a second.

import { serve } from './rounds.js';

const count = Number(process.argv[2]);

async function body() {}

await serve(async () => {
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, body));
  return (count * 1000) / (performance.now() - started);
});
