// Counts, collection by collection, the parked stacks that scavenges leave out.

import assert from 'node:assert/strict';
import { queryObjects } from 'node:v8';

import { loadAddon } from '../../src/addon/addon.ts';
import { Greenlet } from '../../src/greenlet/greenlet.ts';
import { stackInfo } from '../../src/stack/engine.ts';

const { addon } = loadAddon() as { addon: { statistics(): { cold: number } } };
const collect = gc as unknown as (options?: { type: 'minor' }) => void;
const cold = (): number => addon.statistics().cold;
function after(scavenges: number): number {
  for (let k = 0; k < scavenges; k++) collect({ type: 'minor' });
  return cold();
}

class Held {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

function parked(count: number): Greenlet[] {
  return Array.from({ length: count }, (_, id) => {
    const greenlet = new Greenlet(() => {
      const held = new Held(id);
      for (;;) if (Greenlet.main.switch() === 'end') return held.id;
    });
    greenlet.switch();
    return greenlet;
  });
}

const greenlets = parked(10);
if (stackInfo().cold === 'off') {
  assert.equal(after(5), 0);
  collect();
  assert.equal(cold(), 0);
  console.log('ok');
  process.exit();
}

// Twice its young objects move, and once more nothing does.
assert.deepEqual([after(1), after(1), after(1), after(1)], [0, 0, 10, 10]);

// Who has run begins anew.
greenlets[3]!.switch();
greenlets[4]!.switch();
assert.deepEqual([cold(), after(2), after(1)], [8, 8, 10]);

// Who runs is not parked, however long.
new Greenlet(() => {
  assert.deepEqual([after(5), cold()], [10, 10]);
  const mine = { text: `mine ${cold()}` };
  Greenlet.main.switch();
  assert.equal(mine.text, 'mine 10');
}).switch();
assert.deepEqual([after(2), after(1)], [10, 11]);

// A full collection leaves nothing young.
const more = parked(20);
assert.equal(cold(), 11);
collect();
assert.equal(cold(), 31);

// Everything else sees all stacks.
assert.equal(queryObjects(Held, { format: 'count' }), 30);

for (const [id, greenlet] of [...greenlets, ...more].entries())
  assert.equal(greenlet.switch('end'), id % 10 === id ? id : id - 10);
console.log('ok');
