// Prints whether scavenges may leave parked stacks out, here and in a Worker that has flags of its own.

import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

import { stackInfo } from '../../src/stack/engine.ts';

const { cold, coldRefused } = stackInfo();
const chosen = { cold, coldRefused };
if (!isMainThread) parentPort!.postMessage(chosen);
else {
  const worker = new Worker(new URL(import.meta.url), { execArgv: ['--experimental-strip-types'] });
  const [inWorker] = (await once(worker, 'message')) as [unknown];
  console.log(JSON.stringify({ main: chosen, worker: inWorker }));
}
