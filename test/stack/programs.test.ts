import { test } from 'node:test';

import { eachBackend, heavy } from './each-backend.ts';

eachBackend('with stacks parked', ({ passes }) => {
  test('overflow is a RangeError, and the main stack keeps its depth', () => passes('depth'));

  test('nothing parks within promise jobs of its own stack or in a native callback', () =>
    passes('promise-jobs'));

  test('a script that times out is stopped, and nothing else', () => passes('terminated-script'));
  test('one that is parked then takes along the greenlet that runs, and nothing else', () =>
    passes('terminated-bystander'));

  test('a script that times out between the lines of a switch leaves all in order', () =>
    passes('terminated-switch', { args: [heavy ? '2000' : '100'] }));

  test('heap snapshots, debugger, coverage and profiler work', () => passes('inspected'));

  test('http and fetch go on under collections', () =>
    passes('soak', { args: heavy ? ['20000', '2000'] : ['60', '60'] }));
});
