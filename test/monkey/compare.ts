import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { patchAll } from '../../src/gevent/monkey/index.ts';
import type { Operation } from './operation.ts';
import { type Furnish, runBlocking, runInGreenlet } from './side-by-side.ts';

/** One test for each operation: in a greenlet the same as outside, in a folder that `furnish` fills. */
export function compare(title: string, operations: readonly Operation[], furnish?: Furnish): void {
  patchAll();
  suite(`${title}: in a greenlet they do, return and throw what Node does`, () => {
    for (const operation of operations) {
      test(operation.title, async () => {
        const expected = runBlocking(operation, furnish);
        const got = await runInGreenlet(operation, furnish);
        assert.equal(got.story, expected.story);
      });
    }
  });
}
