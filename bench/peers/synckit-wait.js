// synckit: a blocking call into a worker that answers at once; microseconds each.

import { createSyncFn } from 'synckit';

import { serve } from './rounds.js';

const CALLS = 2000;
const echo = createSyncFn(new URL('synckit-worker.js', import.meta.url));

await serve(() => {
  const started = performance.now();
  for (let i = 0; i < CALLS; i++) echo(i);
  return ((performance.now() - started) * 1000) / CALLS;
});
