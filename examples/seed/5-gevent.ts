// greenroom run examples/seed/5-gevent.ts [longest sleep in ms]
// Smoke: 20
//
// Two greenlets count to ten with an ordinary blocking sleep. After patchAll()
// it parks only the greenlet that calls it: five seconds in all, not ten.

import { joinAll, spawn } from 'greenroom/gevent';
import { patchAll } from 'greenroom/gevent/monkey';

patchAll();

const longest = Number(process.argv[2] ?? 1000);
const cell = new Int32Array(new SharedArrayBuffer(4));

function coroutineWork(name: string): void {
  for (let i = 0; i < 10; i++) {
    console.log(name, i);
    Atomics.wait(cell, 0, 0, Math.random() * longest);
  }
}

joinAll([spawn(coroutineWork, 'work1'), spawn(coroutineWork, 'work2')]);
