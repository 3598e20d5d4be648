import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { patchAll } from '../../src/public/monkey.ts';
import type { Operation } from './operation.ts';
import { type Furnish, runBlocking, runInGreenlet } from './side-by-side.ts';

/**
 * Under collection stress a comparison takes twenty times as long, and what it can find there, memory that moves, is
 * the same for many calls: every fourth is made, and all with GREENROOM_HEAVY=1.
 */
const sample: boolean =
  process.execArgv.includes('--stress-compaction') && process.env['GREENROOM_HEAVY'] !== '1';

/** One test for each operation: in a greenlet the same as outside, in a folder that `furnish` fills. */
export function compare(title: string, operations: readonly Operation[], furnish?: Furnish): void {
  patchAll();
  suite(`${title}: in a greenlet they do, return and throw what Node does`, () => {
    for (const [index, operation] of operations.entries()) {
      if (sample && index % 4 !== 0) continue;
      test(operation.title, async () => {
        const expected = runBlocking(operation, furnish);
        const got = await runInGreenlet(operation, furnish);
        assert.equal(got.story, expected.story);
      });
    }
  });
}
