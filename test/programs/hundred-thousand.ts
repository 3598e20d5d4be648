// A hundred thousand greenlets parked at once, collected over, and resumed.
//
// argument: how many

import assert from 'node:assert/strict';

import { Future } from '../../src/future/future.ts';
import { main } from '../../src/hub/main.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

const count = Number(process.argv[2] ?? 100_000);
const gc = (globalThis as unknown as { gc(o?: object): void }).gc;

/** Spawns so many that wait at a gate, and calls `atGate` when all stand there. */
async function crowd(howMany: number, atGate: () => void): Promise<void> {
  const gate = new Future<number>();
  let through = 0;
  let waiting = 0;
  const tasks = Array.from({ length: howMany }, (_, id) =>
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
      if (waiting === howMany) idle.setResult();
      else setImmediate(look);
    });
    wait(idle);
  });
  atGate();
  gate.setResult(1);
  for (const task of tasks) await task;
  assert.equal(through, howMany);
}

// What the process grows by once, at the first greenlet, is not theirs.
await crowd(10, () => {});

let kilobytes = NaN;
const before = process.memoryUsage.rss();
await crowd(count, () => {
  kilobytes = (process.memoryUsage.rss() - before) / 1024 / count;
  console.log(`${kilobytes.toFixed(1)} KB each`);
  gc();
  gc({ type: 'minor' });
});
assert.ok(kilobytes < 24, `${kilobytes} KB each`);
console.log('ok');
