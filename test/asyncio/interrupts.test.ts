import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { runProgram } from '../programs/run-program.ts';

/** What the program prints, line by line; it has to end by itself and print nothing else. */
async function printed(name: string): Promise<string[]> {
  const { code, signal, stdout, stderr } = await runProgram('interrupts', { args: [name] });
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' });
  return stdout.trimEnd().split('\n');
}

const interrupted = 'KeyboardInterrupt ERR_KEYBOARD_INTERRUPT Interrupted by SIGINT';

suite('SIGINT', () => {
  test('cancels the main; run fails with KeyboardInterrupt when all have tidied up', async () => {
    assert.deepEqual(await printed('once'), [
      'main tidied up',
      'child tidied up',
      `${interrupted} true`,
      'listeners 0',
    ]);
    assert.deepEqual(await printed('generator'), [`${interrupted} true`, 'listeners 0']);
  });

  test('does nothing more to a main that goes on and returns', async () => {
    assert.deepEqual(await printed('refused'), [
      'caught CancelledError',
      'result all the same',
      'listeners 0',
    ]);
  });

  test('a second one ends the run without waiting for anybody', async () => {
    assert.deepEqual(await printed('twice'), [
      'caught the first',
      `${interrupted} false`,
      'listeners 0',
    ]);
  });

  test('counts more than a signal that is aborted then', async () => {
    assert.deepEqual(await printed('aborted'), [
      'cancelled twice',
      `${interrupted} true`,
      'listeners 0',
    ]);
  });

  test('reaches all that run', async () => {
    assert.deepEqual((await printed('both')).toSorted(), [
      `${interrupted} true`,
      `${interrupted} true`,
      'first tidied up',
      'listeners 0',
      'listeners 0',
      'second tidied up',
    ]);
  });

  test('is left to a program that listens for it', async () => {
    assert.deepEqual(await printed('listener'), ['heard', 'result undisturbed', 'listeners 0']);
  });

  test('that nobody catches ends the process with the error', async () => {
    const { code, stderr } = await runProgram('interrupts', { args: ['uncaught'] });
    assert.equal(code, 1);
    assert.match(stderr, /KeyboardInterrupt: Interrupted by SIGINT/);
  });

  test('a second one that comes while the program computes ends the process', async () => {
    const { signal, stdout } = await runProgram('interrupts', { args: ['computes'] });
    assert.deepEqual([signal, stdout], ['SIGINT', 'goes on\n']);
  });

  test('after the run does what it always does', async () => {
    const { code, signal } = await runProgram('interrupts', { args: ['afterwards'] });
    assert.deepEqual([code, signal], [null, 'SIGINT']);
  });
});
