import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patchAll } from '../../src/gevent/monkey/index.ts';
import { FS_OPERATIONS } from './fs-operations.ts';
import { runBlocking, runInGreenlet } from './side-by-side.ts';

patchAll();

describe('fs.*Sync in a greenlet does, returns and throws what Node does', () => {
  for (const operation of FS_OPERATIONS) {
    it(operation.title, async () => {
      const expected = runBlocking(operation);
      const got = await runInGreenlet(operation);
      assert.equal(got.story, expected.story);
    });
  }
});
