import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import fc from 'fast-check';

import { programPasses } from '../programs/run-program.ts';
import { dropSome, forest } from './forest.ts';
import { model } from './model.ts';
import { program, runProgram } from './random-program.ts';

/** How many random programs to try; GREENROOM_PROGRAMS=10000 for a long look. */
const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 300);

suite('random programs of greenlets', () => {
  test('see the events that the model says, in that order', () => {
    fc.assert(
      fc.property(program, (steps) => {
        assert.deepEqual(runProgram(steps), model(steps));
      }),
      { numRuns: PROGRAMS },
    );
  });

  test('of a forest of suspended ones, those that nobody can reach are unwound, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(forest, async (plants) => {
        const { unwound, expected } = await dropSome(plants);
        assert.deepEqual(unwound, expected);
      }),
      { numRuns: Math.ceil(PROGRAMS / 30) },
    );
  });

  for (const backend of ['native', 'thread']) {
    test(`leave no greenlet, stack or memory behind, on ${backend} stacks`, () =>
      programPasses('random-greenlets', {
        env: { GREENROOM_STACKS: backend },
        args: [String(backend === 'native' ? PROGRAMS : Math.ceil(PROGRAMS / 5))],
        timeout: 300_000,
      }));
  }
});
