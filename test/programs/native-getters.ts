// Stacks park below getters that V8 called from C++. Each such call keeps what
// it was given in an object on the C stack, and V8 has one chain of those for
// each stack: a collection visits it, and moves what is in there.
//
// arguments: the addon with such a getter (test/native/native-getter.cc), and how often

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';

const [, , addon, times = '60'] = process.argv;
const loaded = { exports: {} as { make(called: () => void): { readonly value: unknown } } };
process.dlopen(loaded, addon!);
const { make } = loaded.exports;

/** Fills the stack below, and collects there. */
function scribble(depth: number): number {
  if (depth > 0) return scribble(depth - 1) + 1;
  // A native frame that calls back, and writes more of the stack than JavaScript does.
  JSON.parse('[[[[1, 2]]]]', (_key, value: unknown) => value);
  gc!({ type: 'minor' } as never);
  return 0;
}

/** A greenlet that is parked in a native getter, time and again. */
function reader(id: number): Greenlet {
  return new Greenlet(() => {
    for (let round = 0; ; round++) {
      // Young, and moved while the getter has it.
      const called = (): void => void Greenlet.main.switch();
      assert.equal(make(called).value, called);
      // The getter has returned, its frame is overwritten: nobody's chain may lead there any more.
      if (round % 4 === id % 4) scribble(20);
    }
  });
}

const readers = Array.from({ length: 8 }, (_, id) => reader(id));
for (let round = 0; round < Number(times); round++) {
  // In another order each time: those that came last do not leave first.
  for (let k = 0; k < readers.length; k++) readers[(k * (1 + (round % 7)) + round) % 8]!.switch();
  gc!({ type: 'minor' } as never);
  if (round % 20 === 0) gc!();
}
console.log('ok');
process.exit();
