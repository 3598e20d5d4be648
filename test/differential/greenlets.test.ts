import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import fc from 'fast-check';

import { program, runProgram } from '../greenlet/random-program.ts';
import { skipWithout, tracesOnPython } from './python.ts';

const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 1000);
const FIRST_SEED = Number(process.env['GREENROOM_SEED'] ?? 0);

const skip = skipWithout('import greenlet; greenlet.settrace', 'python-greenlet');

suite('random programs of greenlets', { skip }, () => {
  test('do and trace what they do on python-greenlet, event by event', async (t) => {
    const programs = fc.sample(program, { numRuns: PROGRAMS, seed: FIRST_SEED });
    let index = 0;
    let traced = 0;
    for await (const expected of tracesOnPython('greenlets.py', programs)) {
      const steps = programs[index++]!;
      assert.deepEqual(runProgram(steps), expected, `program ${index}: ${JSON.stringify(steps)}`);
      traced += expected.filter((event) => /^(switch|throw) /.test(event)).length;
    }
    assert.equal(index, PROGRAMS);
    t.diagnostic(`${PROGRAMS} programs, ${traced} traced switches`);
    assert.ok(traced > PROGRAMS * 5, `only ${traced} switches: the programs do too little`);
  });
});
