import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { runProgram } from '../programs/run-program.ts';

async function printed(name: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram('run-deadlock', { args: [name] });
  assert.deepEqual([code, stderr], [0, '']);
  return stdout.replaceAll(/file:\S*\/(\w[\w.-]*\.ts):\d+:\d+/g, '$1');
}

const head =
  'true ERR_DEADLOCK This would wait forever: no timer, no I/O and no task is left that could end the wait.\n';

suite('a program that waits for what nobody is going to do', () => {
  test('fails with the list of who waits for what, and where, once it has tidied up', async () => {
    assert.equal(
      await printed('generators'),
      `main tidied up\n${head}` +
        '  main waits for Task child\n    at main (run-deadlock.ts)\n' +
        '  child waits for Waiter\n' +
        '    at child (run-deadlock.ts)\n',
    );
  });

  test('over an async function, too', async () => {
    assert.equal(await printed('async'), `${head}  main waits for Future\n`);
    assert.equal(
      await printed('outside'),
      `${head}  main waits for something outside of the loop\n`,
    );
  });

  test('and is given up if it waits again', async () => {
    assert.equal(
      await printed('stubborn'),
      `cancelled\n${head}  main waits for Future\ncancelled\n`,
    );
  });
});
