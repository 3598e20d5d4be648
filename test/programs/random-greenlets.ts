// Random programs of greenlets, against their model, in a process of their own:
// after all of them no greenlet is left, and no stacks or memory beyond what the
// first of them took.
//
// argument: how many

import assert from 'node:assert/strict';

import fc from 'fast-check';

import { model } from '../greenlet/model.ts';
import { program, runProgram } from '../greenlet/random-program.ts';
import { leavesNothing } from './settled.ts';

await leavesNothing((seed) => {
  fc.assert(
    fc.property(program, (steps) => {
      assert.deepEqual(runProgram(steps), model(steps));
    }),
    { numRuns: Number(process.argv[2]), seed },
  );
});
console.log('ok');
