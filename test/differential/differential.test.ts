import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { setUnretrievedHook, type UnretrievedHook } from '../../src/future/unretrieved.ts';
import { styles } from '../asyncio/styles.ts';
import { Interpreter } from './interpreter.ts';
import { programOf, WATCHDOG } from './program.ts';
import { skipWithout, tracesOnPython } from './python.ts';

const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 300);
const FIRST_SEED = Number(process.env['GREENROOM_SEED'] ?? 0);

const skip = skipWithout(
  'import asyncio; asyncio.TaskGroup, asyncio.Barrier',
  'asyncio of 3.11 or newer',
);

suite('random programs', { skip }, () => {
  // The programs drop failed tasks without a look at them; so does CPython's side.
  let previous: UnretrievedHook;
  before(() => (previous = setUnretrievedHook(() => {})));
  after(() => setUnretrievedHook(previous));

  for (const style of styles) {
    // More of them than usual take longer than a test may.
    const timeout = 120_000 + 100 * PROGRAMS;
    test(`do what they do on CPython, event by event (${style.name})`, { timeout }, async (t) => {
      const seeds = Array.from({ length: PROGRAMS }, (_, i) => FIRST_SEED + i);
      let index = 0;
      let events = 0;
      const traces = tracesOnPython(
        'interpreter.py',
        [JSON.stringify(WATCHDOG)],
        seeds.map(programOf),
      );
      for await (const expected of traces) {
        const seed = seeds[index++] as number;
        const actual = await Interpreter.play(programOf(seed), style);
        assert.deepEqual(actual, expected, `seed ${seed}: ${JSON.stringify(programOf(seed).main)}`);
        events += expected.length;
      }
      assert.equal(index, PROGRAMS);
      t.diagnostic(`${PROGRAMS} programs, ${events} events`);
      assert.ok(events > PROGRAMS * 5, `only ${events} events: the programs do too little`);
    });
  }
});
