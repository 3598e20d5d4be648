// Greenlets park inside async scopes, in another order than they were entered.

import { AsyncResource } from 'node:async_hooks';

import { Greenlet } from '../../src/public/greenlet.ts';

const greenlets = [1, 2, 3].map(
  (id) =>
    new Greenlet(() =>
      new AsyncResource('outer').runInAsyncScope(() => {
        for (let i = 0; i < id; i++) Greenlet.main.switch();
        new AsyncResource('inner').runInAsyncScope(() => Greenlet.main.switch());
      }),
    ),
);
while (greenlets.some((greenlet) => !greenlet.dead)) {
  for (const greenlet of greenlets) if (!greenlet.dead) greenlet.switch();
}
console.log('ok');
