import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';

import { root } from '../../scripts/run.ts';

suite('without the addon', () => {
  // There data goes through Node's handles, by other code.
  test('sockets and protocols do the same', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['scripts/test.ts', 'test/io/protocols.test.ts', 'test/io/written-directly.test.ts'],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, GREENROOM_STACKS: 'off', NODE_TEST_CONTEXT: undefined },
      },
    );
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ℹ pass [1-9]\d+$/m);
  });
});
