// deasync: turns Node's loop from inside until a promise is settled; microseconds each.

import deasync from 'deasync';

import { serve } from './rounds.js';

const CALLS = 2000;

function round() {
  const started = performance.now();
  for (let i = 0; i < CALLS; i++) {
    let done = false;
    void Promise.resolve(i).then(() => (done = true));
    deasync.loopWhile(() => !done);
  }
  return ((performance.now() - started) * 1000) / CALLS;
}

// Not from a promise job: there deasync waits for ever.
await serve(() => new Promise((resolve) => setImmediate(() => resolve(round()))));
