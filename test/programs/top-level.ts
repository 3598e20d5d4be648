// A blocking call at the top level of a program is refused with advice.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { BlockingSwitchOutError } from '../../src/hub/blocking-switch-out-error.ts';
import { sleep } from '../../src/hub/sleep.ts';

function refused(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    assert.ok(error instanceof BlockingSwitchOutError);
    assert.match(error.message, /main\(\(\) => \{ … \}\).*greenroom run FILE/);
    return error.where;
  }
  return 'not refused';
}

assert.equal(
  refused(() => sleep(1)),
  'top level',
);
assert.equal(
  refused(() => void [2, 1].sort(() => (sleep(1), 0))),
  'top level',
);
const shared = globalThis as unknown as { attempt: () => string };
shared.attempt = () => refused(() => sleep(1));
const module = createRequire(import.meta.url)('./top-level-module.cjs') as { where: string };
assert.equal(module.where, 'top level');
console.log('ok');
