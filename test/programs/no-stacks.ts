// With GREENROOM_STACKS=off every use of a stack says why there is none.

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/greenlet/index.ts';
import { main, spawn } from '../../src/hub/index.ts';
import { StacksUnavailableError, stackInfo } from '../../src/stack/index.ts';

assert.equal(stackInfo().backend, 'off');
const isIt = (error: unknown): boolean =>
  error instanceof StacksUnavailableError && error.message.includes('GREENROOM_STACKS=off');
assert.throws(() => new Greenlet(() => {}).switch(), isIt);
await assert.rejects(async () => main(() => {}), isIt);
await assert.rejects(async () => spawn(() => {}), isIt);
console.log('ok');
