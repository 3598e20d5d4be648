// Mappings run out: V8 would end the process, so stacks must be refused before
// it comes to that, and what runs must go on.
//
// argument: after how many to give up

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';
import { StackMemoryError } from '../../src/stack/switch.ts';

const most = Number(process.argv[2]);
const parked: Greenlet[] = [];
let refusal: unknown;
while (refusal === undefined && parked.length < most) {
  const id = parked.length;
  const greenlet = new Greenlet(() => {
    Greenlet.main.switch();
    return id;
  });
  try {
    greenlet.switch();
    parked.push(greenlet);
  } catch (error) {
    refusal = error;
  }
}
assert.ok(refusal instanceof StackMemoryError, String(refusal));
assert.match(refusal.message, /vm\.max_map_count/);
console.log(`${parked.length} parked`);

// V8 has room left, for objects, code and a collection.
const objects = Array.from({ length: 500_000 }, (_, id) => ({ id, list: [id] }));
for (let i = 0; i < 100; i++) assert.equal(new Function(`return ${i}`)(), i);
(globalThis as unknown as { gc(): void }).gc();
assert.equal(objects.at(-1)?.list[0], objects.length - 1);
for (const [id, greenlet] of parked.entries()) assert.equal(greenlet.switch(), id);
console.log('ok');
