import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eachBackend, heavy } from './each-backend.ts';

eachBackend('Workers', ({ passes }) => {
  test('have stacks of their own, and can be terminated whatever runs on them', () =>
    passes('workers', { args: [heavy ? '20' : '1'] }));

  test('end when they are told to, also while the first greenlet is being entered', () =>
    passes('ended-at-once', { args: [heavy ? '40' : '12'] }));

  test('that load the addon one after another each find it', () => passes('worker-alone'));
});

eachBackend('process.exit() in a greenlet of a Worker', ({ run }) => {
  test('ends the Worker with its code, and reports nothing', async () => {
    const { stdout, stderr } = await run('worker-exit');
    assert.deepEqual([stdout, stderr], ['exit 3\n', '']);
  });
});
