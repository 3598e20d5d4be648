import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { runProgram } from '../programs/run-program.ts';

/** What the program tells on stderr, without folders, lines and columns. */
async function told(name: string, env: Record<string, string> = { GREENROOM_DEBUG: '1' }) {
  const { code, stderr } = await runProgram('debug-unclosed', { args: [name], env });
  assert.equal(code, 0, stderr);
  return stderr
    .replaceAll(/file:\S*\/(\w[\w.-]*\.ts):\d+:\d+/g, '$1')
    .replaceAll(/\n {4,}at (?:async )?/g, '\n    at ');
}

const NOTHING = '(end) false\n';

suite('debug mode tells of what was dropped unclosed', () => {
  test('an event loop, and where it was made', async () => {
    assert.equal(
      await told('dropped'),
      'unclosed event loop: it was dropped before `close()` was called\n' +
        '  made at:\n    at Object.dropped (debug-unclosed.ts)\n    at debug-unclosed.ts\n' +
        NOTHING,
    );
  });

  test('but no event loop that was closed, even while debug mode was off', async () => {
    assert.equal(await told('closed'), NOTHING);
  });

  test('nor one that never ran', async () => {
    assert.equal(await told('unused'), NOTHING);
  });

  test('and without debug mode of nothing', async () => {
    assert.equal(await told('dropped', {}), NOTHING);
  });
});
