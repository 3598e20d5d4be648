import { before, test } from 'node:test';

import { compile } from '../native/compile.ts';
import { eachBackend, heavy } from './each-backend.ts';

let getter: string;
before(() => {
  getter = compile('native-getter.cc', 'library');
});

eachBackend('garbage collection with stacks parked', ({ passes }) => {
  test('of every kind finds what only parked stacks hold', () =>
    passes('collections', { args: [heavy ? '2000' : '200'] }));

  test('may move every object', () =>
    passes('collections', {
      flags: ['--stress-compaction', '--max-semi-space-size=1'],
      args: [heavy ? '1000' : '60'],
    }));

  // Release builds of V8 ignore --gc-interval; others do not.
  test('may come at any moment', () =>
    passes('collections', {
      flags: ['--stress-marking=20', '--stress-scavenge=20', '--gc-interval=500'],
      args: [heavy ? '2000' : '100'],
    }));

  test('finds the arguments of native getters below which stacks are parked', () =>
    passes('native-getters', {
      flags: ['--stress-compaction', '--max-semi-space-size=1'],
      args: [getter, heavy ? '2000' : '60'],
    }));

  test('copies young AsyncLocalStorage frames once', () =>
    passes('async-frames', { args: [heavy ? '2000' : '200'] }));

  test('leaves AsyncLocalStorage frames alone that move at every collection', () =>
    passes('async-frames', {
      flags: ['--stress-compaction', '--stress-scavenge=20'],
      args: [heavy ? '1000' : '60'],
    }));

  test('leaves old WebAssembly code alone, which V8 cannot look for on parked stacks', () =>
    passes('wasm-code', { flags: ['--stress-wasm-code-gc'] }));
});
