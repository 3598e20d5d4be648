import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';

import { root } from '../../scripts/run.ts';

const FILES = ['protocols', 'written-directly', 'subprocess', 'child-streams'];

suite('without the addon', () => {
  // There all data goes through Node's streams, and pipes come from the file system.
  test('sockets, protocols and children do the same', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['scripts/test.ts', ...FILES.map((name) => `test/io/${name}.test.ts`)],
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
