import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import fc from 'fast-check';

import { programPasses } from '../programs/run-program.ts';
import { performInModel } from './model-stage.ts';
import { play } from './random-script.ts';
import { performForReal } from './real-stage.ts';

/** How many random programs to try; GREENROOM_PROGRAMS=10000 for a long look. */
const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 200);

suite('random programs on the hub', () => {
  test('go as the model says, event by event, in any order of the turns', async () => {
    await fc.assert(
      fc.asyncProperty(play, async (one) => {
        assert.deepEqual(await performForReal(one), performInModel(one));
      }),
      { numRuns: PROGRAMS },
    );
  });

  for (const backend of ['native', 'thread']) {
    test(`leave no greenlet, stack or memory behind, on ${backend} stacks`, () =>
      programPasses('random-plays', {
        env: { GREENROOM_STACKS: backend },
        args: [String(Math.ceil(PROGRAMS / (backend === 'native' ? 2 : 10)))],
        timeout: 300_000,
      }));
  }
});
