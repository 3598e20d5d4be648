import { suite, test } from 'node:test';

import { programPasses } from '../programs/run-program.ts';

suite('a program', { concurrency: 2 }, () => {
  test('that waits for itself gets a LoopExit that says who waits for what', () =>
    programPasses('deadlock'));

  test('without stacks is told so by whatever needs them', () =>
    programPasses('no-stacks', { env: { GREENROOM_STACKS: 'off' } }));

  test("without a descriptor to look at V8's state with switches by V8's lock, and says so", () =>
    programPasses('no-descriptors', {
      limit: '-n 200',
      env: { GREENROOM_STACKS: '', GREENROOM_HAND_OVER: '' },
    }));

  for (const backend of ['native', 'thread']) {
    test(`keeps the stacks of a crowd for the next, and frees them when none comes, ${backend}`, () =>
      programPasses('crowd-leaves', { env: { GREENROOM_STACKS: backend } }));
  }
});
