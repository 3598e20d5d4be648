// The stacks of a crowd are kept for the next one, which makes none; when no other
// comes they are freed, a few at a time, and that keeps no process alive.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

import { loadAddon } from '../../src/addon/addon.ts';
import { joinAll } from '../../src/hub/join.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { stackInfo } from '../../src/stack/engine.ts';

const CROWD = 1000;
const ALWAYS_KEPT = 256;

function stacks(): number {
  const loaded = loadAddon();
  assert.ok('addon' in loaded);
  return loaded.addon.statistics().live;
}

const crowd = (): Promise<unknown> =>
  main(() => joinAll(Array.from({ length: CROWD }, () => spawn(() => sleep(0)))));

await crowd();
const after = stacks();
await crowd();
if (stackInfo().backend === 'native') {
  assert.ok(after > ALWAYS_KEPT + 1, `only ${after} stacks are kept`);
  assert.ok(stacks() <= CROWD + 10, 'the second crowd made stacks of its own');
}
async function leave(): Promise<void> {
  for (let look = 0; look < 400 && stacks() > ALWAYS_KEPT + 1; look++) await delay(25);
  assert.ok(stacks() <= ALWAYS_KEPT + 1, `${stacks()} stacks are left`);
}

await leave();
// Nor do they leave anything behind: the direct hand-over frees V8's handles, of which each stack has 8 KB, half of it
// touched. What JavaScript's heap takes has nothing to do with it.
if (stackInfo().handOver === 'direct') {
  const outside: number[] = [];
  for (let round = 0; round < 8; round++) {
    await crowd();
    await leave();
    gc!();
    const { rss, heapTotal } = process.memoryUsage();
    outside.push((rss - heapTotal) / 2 ** 20);
  }
  // Twelve if they were left. A heap that has just grown is not touched yet, so that single figures may be too low.
  const grown = Math.min(...outside.slice(-2)) - Math.max(...outside.slice(0, 3));
  assert.ok(grown < 6, `${grown.toFixed(1)} MB more than after the first crowds`);
}
console.log('ok');
