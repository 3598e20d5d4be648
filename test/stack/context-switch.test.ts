import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';

import { compile } from '../native/compile.ts';

suite('the switch from one C stack to another', () => {
  test('keeps every register that the caller may rely on, and exceptions', () => {
    const program = compile('context-switch.cc', 'program', [
      'context_switch_x64.S',
      'context_switch_arm64.S',
    ]);
    assert.equal(execFileSync(program, { encoding: 'utf8', timeout: 60_000 }), 'ok\n');
  });
});
