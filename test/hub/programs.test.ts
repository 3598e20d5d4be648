import { suite, test } from 'node:test';

import { programPasses } from '../programs/run-program.ts';

suite('a program', { concurrency: 2 }, () => {
  test('that waits for itself gets a LoopExit that says who waits for what', () =>
    programPasses('deadlock'));

  test('without stacks is told so by whatever needs them', () =>
    programPasses('no-stacks', { env: { GREENROOM_STACKS: 'off' } }));
});
