// Random programs of greenlets, against their model, in a process of their own:
// after all of them no greenlet is left, and no stacks or memory beyond what the
// first of them took.
//
// argument: how many

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';

import fc from 'fast-check';

import { loadAddon } from '../../src/addon/index.ts';
import { RawFiber } from '../../src/greenlet/raw-fiber.ts';
import { stackInfo } from '../../src/stack/index.ts';
import { model } from '../greenlet/model.ts';
import { program, runProgram } from '../greenlet/random-program.ts';

const runs = Number(process.argv[2]);

function runAll(seed: number): void {
  fc.assert(
    fc.property(program, (steps) => {
      assert.deepEqual(runProgram(steps), model(steps));
    }),
    { numRuns: runs, seed },
  );
}

async function settle(): Promise<{ greenlets: number; stacks: number; bytes: number }> {
  for (let round = 0; round < 5; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await turn();
  }
  const loaded = loadAddon();
  assert.ok('addon' in loaded);
  const { live } = loaded.addon.statistics();
  return {
    greenlets: Number(queryObjects(RawFiber)),
    stacks: live,
    bytes: process.memoryUsage().heapUsed,
  };
}

runAll(1);
const first = await settle();
runAll(2);
runAll(3);
const last = await settle();
console.log(stackInfo().backend, first, last);
assert.ok(last.greenlets <= first.greenlets, `${last.greenlets} greenlets are left`);
// Those that ended wait for the next greenlet: as many as ever ran at once.
assert.ok(last.stacks <= 40, `${last.stacks} stacks are left`);
assert.ok(last.bytes - first.bytes < 3e6, `${last.bytes - first.bytes} bytes are left`);
console.log('ok');
