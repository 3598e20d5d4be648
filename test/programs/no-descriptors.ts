// Where the process has no descriptor left, V8's state of a thread cannot be
// looked at: stacks are switched by V8's lock, and say why.

import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';

import { loadAddon } from '../../src/addon/addon.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { stackInfo } from '../../src/stack/engine.ts';

loadAddon();
const descriptors: number[] = [];
assert.throws(
  () => {
    for (;;) descriptors.push(openSync('/dev/null', 'r'));
  },
  { code: 'EMFILE' },
);
const info = stackInfo();
for (const descriptor of descriptors) closeSync(descriptor);

assert.equal(info.backend, 'native');
assert.equal(info.handOver, 'locker');
const why = 'the process cannot look at its own memory';
assert.equal(info.proof, `V8's two thread words were found and proven; more failed: ${why}`);
assert.equal(info.missing, `the direct hand-over is not used: ${why}`);
const greenlets = await main(() => [1, 2, 3].map((n) => spawn(() => (sleep(1), n)).get()));
assert.deepEqual(greenlets, [1, 2, 3]);
console.log('ok');
