// Collections of every kind, on the main stack and on coroutines, with many
// parked: what is only reachable from parked stacks must survive, moved or not.
//
// argument: how many to park

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';

const { main } = Greenlet;
const count = Number(process.argv[2] ?? 500);
type Collect = (options?: { type?: string; flavor?: string; execution?: string }) => void;
const gc = (globalThis as unknown as { gc: Collect }).gc;

function collectEveryKind(): void {
  gc({ type: 'minor' });
  gc();
  gc({ type: 'minor' });
  gc({ type: 'major', flavor: 'last-resort' });
}

/** Holds objects of several kinds in locals of several frames. */
function dive(id: number, depth: number): number {
  const young = { id, text: `text ${id} ${depth}`, list: [id, depth, { deep: id * depth }] };
  const map = new Map<object, string>([[young, `key ${id}`]]);
  const big = BigInt(id) << 70n;
  const double = id + 0.5;
  const bytes = new Uint8Array(8).fill(id & 255);
  const closure = (): number => young.id + depth;
  const below = depth === 0 ? Number(main.switch(id)) : dive(id, depth - 1);
  assert.equal(young.text, `text ${id} ${depth}`);
  assert.deepEqual(young.list, [id, depth, { deep: id * depth }]);
  assert.equal(map.get(young), `key ${id}`);
  assert.equal(big, BigInt(id) << 70n);
  assert.equal(double, id + 0.5);
  assert.equal(bytes[7], id & 255);
  assert.equal(closure(), id + depth);
  return below + 1;
}

const parked = Array.from({ length: count }, (_, id) => {
  const greenlet = new Greenlet(() => dive(id, 1 + (id % 7)));
  assert.equal(greenlet.switch(), id);
  return greenlet;
});

collectEveryKind();

// On a coroutine, at its outermost frame and deep down.
new Greenlet(collectEveryKind).switch();
new Greenlet(() => [3, 1, 2].sort((a, b) => (collectEveryKind(), a - b))).switch();

// Garbage enough for collections of V8's own choice, on main and on coroutines.
let sink: unknown[] = [];
function waste(rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    sink.push({ i, text: `waste ${i}`, more: [i, i + 1] });
    if (sink.length > 2_000) sink = sink.slice(1_900);
  }
}
waste(20_000);
const wasters = Array.from(
  { length: 20 },
  () =>
    new Greenlet(() => {
      for (let i = 0; i < 5; i++) {
        waste(1_000);
        main.switch();
      }
    }),
);
for (let round = 0; round < 6; round++) {
  for (const waster of wasters) if (!waster.dead) waster.switch();
  if (round === 3) collectEveryKind();
}

for (const [id, greenlet] of parked.entries()) {
  if (id % (count >> 2) === 0) gc({ type: 'minor' });
  assert.equal(greenlet.switch(1000), 1002 + (id % 7));
}
collectEveryKind();
console.log('ok');
