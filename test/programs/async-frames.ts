// AsyncLocalStorage's current frame is a young object while many greenlets are
// parked, each with a frame of its own; young objects are moved all the time.
//
// argument: how many to park

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';

import { Greenlet } from '../../src/public/greenlet.ts';

const { main } = Greenlet;
const count = Number(process.argv[2] ?? 200);
const gc = (globalThis as unknown as { gc(o?: object): void }).gc;
const storage = new AsyncLocalStorage<{ id: number; text: string }>();

function look(id: number): void {
  const store = storage.getStore();
  assert.equal(store?.id, id);
  assert.equal(store.text, `store ${id}`);
}

const parked = Array.from({ length: count }, (_, id) => {
  const greenlet = new Greenlet(() =>
    storage.run({ id, text: `store ${id}` }, () => {
      for (let i = 0; i < 4; i++) {
        main.switch();
        look(id);
        if (id % 20 === 0) gc({ type: 'minor' });
        look(id);
      }
    }),
  );
  greenlet.switch();
  return greenlet;
});

for (let round = 0; round < 4; round++) {
  storage.run({ id: -round, text: `store ${-round}` }, () => {
    gc({ type: 'minor' });
    look(-round);
    gc({ type: 'minor' });
    if (round % 2 === 0) gc();
    look(-round);
    for (const greenlet of parked) {
      greenlet.switch();
      look(-round);
    }
  });
}
assert.ok(parked.every((greenlet) => greenlet.dead));
console.log('ok');
