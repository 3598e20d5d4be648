// A Worker is ended when its greenlets have just begun to switch to each other,
// and never return to the main stack. The request often comes while the main
// stack is being left, and sleeps with that.
//
// argument: how many Workers

import { Worker, isMainThread, parentPort } from 'node:worker_threads';

import { Greenlet } from '../../src/public/greenlet.ts';

async function endOne(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => worker.once('message', resolve));
  await worker.terminate();
}

function switchForEver(): void {
  const ping: Greenlet = new Greenlet(() => {
    for (;;) pong.switch();
  });
  const pong: Greenlet = new Greenlet(() => {
    for (;;) ping.switch();
  });
  setImmediate(() => parentPort!.postMessage('about to'));
  setTimeout(() => ping.switch(), 1);
}

if (isMainThread) {
  for (let i = 0; i < Number(process.argv[2] ?? 12); i++) await endOne();
  console.log('ok');
} else {
  switchForEver();
}
