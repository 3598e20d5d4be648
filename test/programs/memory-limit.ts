// Stacks run out: whoever asks for one more gets a StackMemoryError, and
// nothing else is harmed. Run under a limit on memory.

import assert from 'node:assert/strict';

import { Future } from '../../src/future/future.ts';
import { Greenlet } from '../../src/public/greenlet.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { StackMemoryError } from '../../src/stack/switch.ts';
import { setStackSize } from '../../src/stack/engine.ts';

setStackSize(16 * 1024 * 1024);

// Raw greenlets: the switch fails, and can be tried again when there is room.
const parked: Greenlet[] = [];
let refused: Greenlet | undefined;
for (let id = 0; refused === undefined && id < 100_000; id++) {
  const greenlet = new Greenlet(() => {
    Greenlet.main.switch();
    return id;
  });
  try {
    greenlet.switch();
    parked.push(greenlet);
  } catch (error) {
    assert.ok(error instanceof StackMemoryError, String(error));
    assert.match(error.message, /ulimit/);
    refused = greenlet;
  }
}
assert.ok(refused !== undefined, 'never ran out');
assert.equal(refused.dead, false);
console.log(`${parked.length} parked`);
const early = parked.pop() as Greenlet;
assert.equal(early.switch(), parked.length);
refused.switch();
assert.equal(refused.switch(), parked.length + 1);
for (const [id, greenlet] of parked.entries()) assert.equal(greenlet.switch(), id);

// Spawned ones: each that gets no stack fails with it, all others end well.
const outcome = await main(() => {
  const gate = new Future<number>();
  const tasks = Array.from({ length: parked.length + 300 }, () => {
    const task = spawn(() => wait(gate));
    task.quiet = true;
    return task;
  });
  for (let i = 0; i < 5; i++) sleep(1);
  gate.setResult(1);
  let good = 0;
  let bad = 0;
  for (const task of tasks) {
    try {
      good += task.get();
    } catch (error) {
      assert.ok(error instanceof StackMemoryError, String(error));
      bad++;
    }
  }
  return { good, bad };
});
console.log(outcome);
// The heap may have taken some of the room since.
assert.ok(outcome.good >= parked.length * 0.9 - 1);
assert.ok(outcome.bad > 0);
assert.equal(outcome.good + outcome.bad, parked.length + 300);
console.log('ok');
