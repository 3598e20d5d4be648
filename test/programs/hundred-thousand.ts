// A hundred thousand greenlets parked at once, collected over, and resumed.
//
// argument: how many

import assert from 'node:assert/strict';

import { Future } from '../../src/future/index.ts';
import { main, spawn, wait } from '../../src/hub/index.ts';

const count = Number(process.argv[2] ?? 100_000);
const gc = (globalThis as unknown as { gc(o?: object): void }).gc;
const before = process.memoryUsage.rss();
const gate = new Future<number>();
let through = 0;
let waiting = 0;

const tasks = Array.from({ length: count }, (_, id) =>
  spawn(() => {
    const mine = { id };
    waiting++;
    const step = wait(gate);
    assert.equal(mine.id, id);
    through += step;
  }),
);
await main(() => {
  const idle = new Future<void>();
  setImmediate(function look(): void {
    if (waiting === count) idle.setResult();
    else setImmediate(look);
  });
  wait(idle);
});
const kilobytes = (process.memoryUsage.rss() - before) / 1024 / count;
console.log(`${kilobytes.toFixed(1)} KB each`);
gc();
gc({ type: 'minor' });
gate.setResult(1);
for (const task of tasks) await task;
assert.equal(through, count);
// What the process grows by once, whatever their number, weighs on a small crowd.
assert.ok(kilobytes < 24 + 8192 / count, `${kilobytes} KB each`);
console.log('ok');
