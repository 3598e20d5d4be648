import { test } from 'node:test';

import { eachBackend, heavy } from './each-backend.ts';

eachBackend('Workers', ({ passes }) => {
  test('have stacks of their own, and can be terminated whatever runs on them', () =>
    passes('workers', { args: [heavy ? '20' : '1'] }));

  test('end when they are told to, also while the first greenlet is being entered', () =>
    passes('ended-at-once', { args: [heavy ? '40' : '12'] }));

  test('that load the addon one after another each find it', () => passes('worker-alone'));
});
