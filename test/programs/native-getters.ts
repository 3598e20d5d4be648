// Stacks park below getters that V8 called from C++. Each such call keeps what
// it was given in an object on the C stack, and V8 has one chain of those for
// each stack: a collection visits it, and moves what is in there. The global
// object of a vm context is made of native getters.

import assert from 'node:assert/strict';
import { createContext, runInContext } from 'node:vm';

import { Greenlet } from '../../src/greenlet/index.ts';

const rounds = Number(process.argv[2] ?? 200);

/** A greenlet that is parked in a getter of a context's global, time and again. */
function reader(id: number): Greenlet {
  return new Greenlet(() => {
    const sandbox = {
      get value(): object {
        // Young, and held by nothing but the call that asks for it.
        const before = { id };
        Greenlet.main.switch();
        return before;
      },
    };
    const context = createContext(sandbox);
    for (let round = 0; ; round++) {
      // The name is made anew, so that it is young as well.
      const name = ['va', round < 0 ? '' : 'lue'].join('');
      const got = runInContext(`${name}.id`, context);
      assert.equal(got, id);
    }
  });
}

const readers = Array.from({ length: 8 }, (_, id) => reader(id));
for (let round = 0; round < rounds; round++) {
  // In another order each time: those that came last do not leave first.
  for (let k = 0; k < readers.length; k++) readers[(k * (1 + (round % 7)) + round) % 8]!.switch();
  gc!({ type: 'minor', execution: 'sync' } as never);
  if (round % 20 === 0) gc!();
}
console.log('ok');
process.exit();
