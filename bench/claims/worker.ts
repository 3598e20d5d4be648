// A worker thread or a process of a claim: does the work it is sent, and answers
// when it is done. It sends 'ready' when it has started.

import { parentPort } from 'node:worker_threads';

import { doWork } from './do-work.ts';
import type { Work } from './workload.ts';

export type Request =
  | { work: Work }
  | { shared: SharedArrayBuffer; threads: number; times: number };

const answer = (message: unknown): void => {
  if (parentPort !== null) parentPort.postMessage(message);
  else process.send!(message);
};

async function handle(request: Request): Promise<void> {
  if ('work' in request) {
    await doWork(request.work);
  } else {
    // Adds to a shared counter, without a lock; all begin together.
    const counter = new Int32Array(request.shared);
    Atomics.add(counter, 1, 1);
    while (Atomics.load(counter, 1) < request.threads);
    for (let i = 0; i < request.times; i++) counter[0]! += 1;
  }
  answer('done');
}

(parentPort ?? process).on('message', (request: Request) => void handle(request));
answer('ready');
