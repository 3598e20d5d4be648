// Flags choose where Node keeps what AsyncLocalStorage sees; both ways exist on Node 22 and 24.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';

import { root, sourceFlags } from '../../scripts/run.ts';

const node = (...args: string[]): { status: number | null; stdout: string } =>
  spawnSync(process.execPath, [...sourceFlags, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });

suite('async contexts and async scopes', () => {
  for (const flag of ['--experimental-async-context-frame', '--no-async-context-frame']) {
    const skip = node(flag, '-e', '0').status !== 0 && 'not a flag of this Node';
    test(`are each greenlet's own under ${flag}`, { skip }, () => {
      for (const file of ['stack/async-context', 'asyncio/context']) {
        const { status, stdout } = node(flag, '--test-reporter=tap', `test/${file}.test.ts`);
        assert.equal(status, 0, stdout);
        assert.match(stdout, /^# pass [1-9]/m);
      }
    });
  }
});
