// What is left in a process when its programs have ended: for leak checks.

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';

import { loadAddon } from '../../src/addon/addon.ts';
import { Fiber } from '../../src/kernel/fiber.ts';

export interface Left {
  greenlets: number;
  stacks: number;
  bytes: number;
}

async function settle(): Promise<Left> {
  for (let round = 0; round < 5; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await turn();
  }
  const loaded = loadAddon();
  assert.ok('addon' in loaded);
  const { live } = loaded.addon.statistics();
  return {
    greenlets: Number(queryObjects(Fiber)),
    stacks: live,
    bytes: process.memoryUsage().heapUsed,
  };
}

/** Runs `round` thrice, with seeds; the second and third must leave nothing behind that the first did not. */
export async function leavesNothing(round: (seed: number) => unknown): Promise<void> {
  await round(1);
  const first = await settle();
  await round(2);
  await round(3);
  const last = await settle();
  console.log(process.env['GREENROOM_STACKS'], first, last);
  // The main one, and those that the last program that ran has not let go of yet.
  assert.ok(last.greenlets <= 20, `${last.greenlets} greenlets are left`);
  // Those that ended wait for the next greenlet: as many as ever ran at once.
  assert.ok(last.stacks <= 257, `${last.stacks} stacks are left`);
  assert.ok(last.bytes - first.bytes < 3e6, `${last.bytes - first.bytes} bytes are left`);
}
