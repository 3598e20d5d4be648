// `process.exit()` in a greenlet of a Worker ends the Worker, and nothing is reported.

import { isMainThread, Worker } from 'node:worker_threads';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('error', (error) => console.log('error', error));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  spawn(() => sleep(60_000));
  spawn(() => {
    sleep(1);
    process.exit(3);
  });
}
