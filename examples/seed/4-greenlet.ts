// greenroom run examples/seed/4-greenlet.ts [count] [ms]
// Smoke: 3 10
//
// Two greenlets hand over to each other by hand: switch() leaves one in the
// middle of its loop, and it goes on there when the other switches back.

import { sleep } from 'greenroom';
import { Greenlet } from 'greenroom/greenlet';

const count = Number(process.argv[2] ?? 10);
const ms = Number(process.argv[3] ?? 500);

function task1(): void {
  for (let i = 0; i < count; i++) {
    console.log('---A--');
    gr2.switch();
    sleep(ms);
  }
}

function task2(): void {
  for (let i = 0; i < count; i++) {
    console.log('---B--');
    gr1.switch();
    sleep(ms);
  }
}

const gr1 = new Greenlet(task1);
const gr2 = new Greenlet(task2);
gr1.switch();
