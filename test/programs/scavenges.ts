// Every parked stack makes every scavenge longer, so there must be few of them.
// Allocates with one greenlet parked. Run with --trace-gc, which tells of each, and
// with a young generation that has far to grow.

import { Greenlet } from '../../src/public/greenlet.ts';

const greenlet = new Greenlet(() => Greenlet.main.switch());
greenlet.switch();
console.log('one is parked');
// Some of what it makes lives for a while, as in most programs.
const recent = new Array<unknown>(16_384);
for (let i = 0; i < 1_000_000; i++) recent[i % recent.length] = { i, list: [i] };
greenlet.switch();
console.log('ok');
