// A million greenlets, made and finished: memory stays flat.
//
// argument: how many

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';

const count = Number(process.argv[2] ?? 1_000_000);
const gc = (globalThis as unknown as { gc(): void }).gc;

function resident(): number {
  gc();
  return process.memoryUsage.rss() / 2 ** 20;
}

let ended = 0;
const batch = 500;
async function run(howMany: number): Promise<void> {
  await main(() => {
    for (let at = 0; at < howMany; at += batch) {
      for (let i = 0; i < batch; i++) {
        // Every fourth one parks.
        if (i % 4 === 0) {
          spawn(() => {
            sleep(0);
            ended++;
          });
        } else spawn(() => void ended++);
      }
      sleep(0);
      sleep(0);
    }
    sleep(0);
  });
}

function runRaw(howMany: number): void {
  for (let i = 0; i < howMany; i++) {
    const greenlet = new Greenlet(() => Greenlet.main.switch());
    greenlet.switch();
    greenlet.switch();
  }
}

/** Finalizers, which end what is kept for greenlets that are gone, need turns of Node's loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function play(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await run(count / 10);
    runRaw(count / 100);
    await settle();
  }
}

// Once, to make the heap as large as it gets.
await play();
const before = resident();
await play();
const after = resident();
assert.equal(ended, count * 2);
console.log(`${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
assert.ok(after < before + 25, `${before} MB before, ${after} MB after`);
console.log('ok');
