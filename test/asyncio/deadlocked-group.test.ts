import { suite, test } from 'node:test';

import { stackInfo } from '../../src/stack/engine.ts';
import { programPasses } from '../programs/run-program.ts';

suite(
  'a group that nothing can end',
  { skip: stackInfo().backend === 'off' && 'needs stacks' },
  () => {
    test('is cancelled once, and then passes the deadlock on', () =>
      programPasses('deadlocked-group'));
  },
);
