// Threads switch their own greenlets at the same time, each with its own main
// greenlet, and cannot hand one another any.

import assert from 'node:assert/strict';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

import { getCurrent, getTrace, Greenlet, setTrace } from '../../src/public/greenlet.ts';

function switchMuch(): number {
  assert.equal(getTrace(), null);
  let switches = 0;
  setTrace(() => void switches++);
  const counter = new Greenlet(() => {
    for (let n = 0; ; n++) Greenlet.main.switch(n);
  });
  for (let n = 0; n < 1000; n++) assert.equal(counter.switch(), n);
  setTrace(null);
  return switches;
}

if (isMainThread) {
  const parked = new Greenlet(() => Greenlet.main.switch('parked'));
  parked.switch();
  const workers = [1, 2, 3].map(() => new Worker(new URL(import.meta.url)));
  const messages = workers.map(
    (worker) =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
  );
  assert.equal(switchMuch(), 2000);
  for (const message of await Promise.all(messages)) {
    assert.deepEqual(message, { switches: 2000, current: 'Greenlet (main, current)' });
  }
  assert.equal(parked.switch('still mine'), 'still mine');
  console.log('ok');
} else {
  const switches = switchMuch();
  assert.throws(() => parentPort!.postMessage(new Greenlet(() => {})), { name: 'DataCloneError' });
  parentPort!.postMessage({ switches, current: String(getCurrent()) });
}
