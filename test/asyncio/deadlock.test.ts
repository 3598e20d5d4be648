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
        '  main waits for the end of child\n    at main (run-deadlock.ts)\n' +
        '  child waits for a lock that main holds\n' +
        '    at child (run-deadlock.ts)\n' +
        '  a circle: main waits for child waits for main\n',
    );
  });

  test('over an async function, too', async () => {
    assert.equal(await printed('async'), `${head}  main waits for a Future\n`);
    assert.equal(
      await printed('outside'),
      `${head}  main waits for something outside of the loop\n`,
    );
  });

  test('tells where async functions await, and who has what they wait for', async () => {
    assert.equal(
      await printed('places'),
      `${head}  main waits for all of several to end\n    at async main (run-deadlock.ts)\n` +
        '  child waits for a semaphore that main holds\n' +
        '    at async child (run-deadlock.ts)\n' +
        '  a circle: main waits for child waits for main\n',
    );
  });

  test('lists each of the waits of a function that has several', async () => {
    const at = (index: number): string =>
      `    at async Promise.all (index ${index})\n    at async main (run-deadlock.ts)\n`;
    assert.equal(
      await printed('several'),
      `${head}  main waits for all of several to end\n${at(0)}` +
        `  main waits for an item of a queue\n${at(1)}` +
        `  main waits for data to read\n${at(2)}` +
        '  child waits for an event\n',
    );
  });

  test('knows a function that runs as a part of its task as that task', async () => {
    assert.equal(
      await printed('parts'),
      `${head}  main waits for an event\n` +
        ['async inner', 'async inside', 'async body', 'main']
          .map((name) => `    at ${name} (run-deadlock.ts)\n`)
          .join(''),
    );
  });

  test('and is given up if it waits again', async () => {
    assert.equal(
      await printed('stubborn'),
      `cancelled\n${head}  main waits for a Future\n    at async main (run-deadlock.ts)\ncancelled\n`,
    );
  });

  for (const way of ['main', 'run'])
    test(`is explained across styles, with a stack for each, and the circle is named (${way})`, async () => {
      const { stdout } = await runProgram('mixed-deadlock', { args: [way] });
      const lines = stdout
        .replaceAll(/\(?file:.*\/mixed-deadlock\.ts:\d+:\d+\)?/g, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      const wait = (what: string): string[] =>
        lines.slice(lines.indexOf(what), lines.indexOf(what) + 2);
      const lock = 'worker waits for a lock that second holds';
      assert.deepEqual(wait(lock), [lock, 'at waitsForTheLock']);
      const end = 'first waits for the end of worker';
      assert.deepEqual(wait(end), [end, 'at waitsForTheTask']);
      const held = 'second waits for the end of first';
      assert.deepEqual(wait(held), [held, 'at holdsTheLock']);
      const circle = lines.find((line) => line.startsWith('a circle: ')) as string;
      for (const step of [
        'worker waits for second',
        'second waits for first',
        'first waits for worker',
      ])
        assert.equal(`${circle} ${circle}`.includes(step), true, circle);
    });
});
