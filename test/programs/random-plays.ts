// As random-greenlets.ts, for random programs on the hub.
//
// argument: how many

import assert from 'node:assert/strict';

import fc from 'fast-check';

import { performInModel } from '../hub/model-stage.ts';
import { play } from '../hub/random-script.ts';
import { performForReal } from '../hub/real-stage.ts';
import { leavesNothing } from './settled.ts';

await leavesNothing((seed) =>
  fc.assert(
    fc.asyncProperty(play, async (one) => {
      assert.deepEqual(await performForReal(one), performInModel(one));
    }),
    { numRuns: Number(process.argv[2]), seed },
  ),
);
console.log('ok');
