import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { suite, test } from 'node:test';
import { greenroom, start } from './command.ts';

suite('what cannot be done is said in one line', () => {
  const cases: [args: string[], code: number, message: RegExp][] = [
    [
      ['run', '--fast', 'x.ts'],
      2,
      /unknown option "--fast": run knows --no-patch, .*ERR_COMMAND_LINE/,
    ],
    [['run'], 2, /run needs a file: greenroom run FILE/],
    [
      ['run', 'no-such-file.ts'],
      1,
      /cannot run "no-such-file.ts": there is no such file .*ERR_UNREADABLE_PROGRAM/,
    ],
    [['run', tmpdir()], 1, /cannot run ".*": it is a folder/],
    [['fly'], 2, /unknown command "fly": run, doctor, tour/],
    [['--fly'], 2, /unknown option "--fly"/],
    [['doctor', 'now'], 2, /unexpected argument "now": doctor takes none/],
    [['tour', '--loud'], 2, /unexpected argument "--loud": tour takes none/],
  ];
  for (const [args, code, message] of cases) {
    test(`greenroom ${args.join(' ')}`, async () => {
      const result = await greenroom(...args);
      assert.deepEqual([result.code, result.stdout], [code, '']);
      assert.match(result.stderr, message);
      assert.match(result.stderr, /^greenroom: .*\n$/);
    });
  }
});

suite('a choice of stacks that there is not', () => {
  for (const args of [['doctor'], ['tour'], ['run', 'package.json']]) {
    test(`is said in one line by greenroom ${args.join(' ')}`, async () => {
      const result = await start(args, { GREENROOM_STACKS: 'bogus' }).ended;
      assert.deepEqual(
        [result.code, result.stderr],
        [
          1,
          'greenroom: Expected GREENROOM_STACKS to be native, thread or off, got "bogus" [ERR_INVALID_ARGUMENT]\n',
        ],
      );
    });
  }
});

suite('what can be asked', () => {
  test('--version is that of the package', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    assert.equal((await greenroom('--version')).stdout, `${version}\n`);
  });

  test('--help, and no command at all, list the commands', async () => {
    for (const args of [['--help'], ['run', '--help'], []]) {
      const { code, stdout } = await greenroom(...args);
      assert.equal(code, 0);
      assert.match(stdout, /run \[options\] FILE[^]*doctor[^]*tour[^]*Examples:\n  greenroom run /);
    }
  });

  test('doctor tells the stacks in use and that nothing is missing', async () => {
    const { code, stdout } = await greenroom('doctor');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^platform +${process.platform}-${process.arch}$`, 'm'));
    assert.match(stdout, /^stacks +(native|thread) stacks/m);
    assert.match(stdout, /^stack size +256 KB/m);
  });

  test('doctor says what is missing, with exit code 1, where stacks are off', async () => {
    const { code, stdout } = await start(['doctor'], { GREENROOM_STACKS: 'off' }).ended;
    assert.equal(code, 1);
    assert.match(stdout, /^stacks +none/m);
    assert.match(stdout, /^missing +.*GREENROOM_STACKS=off/m);
  });

  test('the tour is plain text where it is piped', async () => {
    const { code, stdout, stderr } = await greenroom('tour');
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(!stdout.includes('\x1b'));
    assert.match(stdout, /It took \d+\.\d s\. One after the other, the waits take \d+\.\d s\./);
    assert.match(stdout, /Switches between two greenlets: .* a second/);
  });
});
