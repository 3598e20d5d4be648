import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eachBackend } from './each-backend.ts';

/** What the process ends with, and complains of, for each way of `ends.ts`. */
const WAYS: readonly [way: string, code: number, complaint: RegExp][] = [
  ['exit on main', 3, /^$/],
  ['exit in a greenlet', 3, /^$/],
  ['exit in a raw greenlet', 3, /^$/],
  ['exit in a sort in a spawned one', 3, /^$/],
  ['uncaught on main', 1, /Error: uncaught on main/],
  ['uncaught in a child of main', 1, /Error: uncaught in a child of main/],
  ['unhandled rejection', 1, /Error: unhandled rejection/],
  ['rejection of main()', 1, /Error: rejection of main\(\)/],
  ['uncaught, and a handler that goes on', 3, /^$/],
  ['nothing left to do', 3, /^$/],
  ['exit within an exit handler of a greenlet', 3, /^$/],
  ['switching in an exit handler', 3, /^$/],
];

eachBackend('the process ends cleanly with stacks parked', ({ run }) => {
  for (const [way, code, complaint] of WAYS) {
    test(way, async () => {
      const result = await run('ends', { args: [way] });
      assert.deepEqual([result.code, result.signal], [code, null], result.stderr);
      assert.match(result.stdout, /^exit \d, 50 parked\n$/);
      assert.match(result.stderr, complaint);
    });
  }
});
