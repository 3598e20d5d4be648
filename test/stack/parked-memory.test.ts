import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runProgram } from '../programs/run-program.ts';

const major = Number.parseInt(process.versions.node, 10);
const env = { GREENROOM_STACKS: 'native', GREENROOM_HAND_OVER: 'direct' };

// A page of stack with what lies in it, and 1.1 KB of objects; on V8 before 14 the record of the stack is no part of
// the page, and comes on top. One page more would be 4 KB more: a deeper call between the entry of a greenlet and its
// park, or more handles there.
const budget = major >= 26 ? 5.1 : 5.6;

test(`a greenlet that is parked in a wait takes at most ${budget} KB`, async () => {
  const { stdout, stderr } = await runProgram('parked-memory', { env, args: ['20000'] });
  const each = Number(stdout);
  assert.ok(each > 2 && each <= budget, `${stdout}${stderr}`);
});
