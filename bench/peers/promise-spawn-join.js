// COUNT async functions, called and gathered with Promise.all; calls a second.

import { serve } from './rounds.js';

const count = Number(process.argv[2]);

async function body() {}

await serve(async () => {
  const started = performance.now();
  const promises = [];
  for (let i = 0; i < count; i++) promises.push(body());
  await Promise.all(promises);
  return (count * 1000) / (performance.now() - started);
});
