// Only Workers load the addon, one after another, and end with greenlets parked:
// the library must outlive each of them, and serve the next.

import assert from 'node:assert/strict';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

if (isMainThread) {
  for (const terminate of [false, true, false]) {
    const worker = new Worker(new URL(import.meta.url));
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    assert.equal(await new Promise((resolve) => worker.once('message', resolve)), 100);
    if (terminate) await worker.terminate();
    await exited;
  }
  console.log('ok');
} else {
  const { Greenlet } = await import('../../src/public/greenlet.ts');
  const parked = Array.from({ length: 100 }, () => new Greenlet(() => Greenlet.main.switch()));
  for (const greenlet of parked) greenlet.switch();
  (globalThis as unknown as { gc(): void }).gc();
  parentPort!.postMessage(parked.length);
}
