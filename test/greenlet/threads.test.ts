import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { suite, test } from 'node:test';

import { Greenlet } from '../../src/public/greenlet.ts';
import { programPasses } from '../programs/run-program.ts';

suite('a greenlet belongs to its thread', () => {
  test('no copy of it can be made: not by structuredClone, not in a message, not within another object', () => {
    const greenlet = new Greenlet(() => Greenlet.main.switch());
    const { port1 } = new MessageChannel();
    try {
      for (const state of ['pending', 'suspended', 'dead']) {
        assert.throws(() => structuredClone(greenlet), { name: 'DataCloneError' }, state);
        assert.throws(() => structuredClone({ within: [greenlet] }), { name: 'DataCloneError' });
        assert.throws(() => port1.postMessage(greenlet), { name: 'DataCloneError' }, state);
        greenlet.switch();
      }
      assert.throws(() => structuredClone(Greenlet.main), { name: 'DataCloneError' });
    } finally {
      port1.close();
    }
    assert.equal(greenlet.dead, true);
  });

  test('every thread has its own main greenlet, its own tree and its own tracer', () =>
    programPasses('own-trees'));
});
