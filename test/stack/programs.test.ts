import { test } from 'node:test';

import { eachBackend, heavy } from './each-backend.ts';

eachBackend('with stacks parked', ({ passes, direct }) => {
  test('overflow is a RangeError, and the main stack keeps its depth', () => passes('depth'));

  test('nothing parks within promise jobs of its own stack or in a native callback', () =>
    passes('promise-jobs'));

  test('a script that times out is stopped, and nothing else', () => passes('terminated-script'));
  test('one that is parked then takes along the greenlet that runs, and nothing else', () =>
    passes('terminated-bystander'));

  test('a script that times out between the lines of a switch leaves all in order', () =>
    passes('terminated-switch', { args: [heavy ? '2000' : '100'] }));

  test('heap snapshots, debugger, coverage and profiler work', () => passes('inspected'));
  test('a pause and a step stay with their greenlet', () => passes('stepped'));
  // By V8's lock, and on threads, V8 now and then loses such a request, and drops the samples on other stacks than
  // the main one.
  if (direct) {
    test('a script that does nothing but switch is stopped', () =>
      passes('requested-ends', { args: [heavy ? '1000' : '30'] }));
    test('profiles of the CPU see into greenlets', () => passes('profiled'));
  }

  test('http and fetch go on under collections', () =>
    passes('soak', { args: heavy ? ['20000', '2000'] : ['60', '60'] }));
});
