// Parked stacks that scavenges leave out: none that holds something young, and none of any other walk of V8's.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, suite, test } from 'node:test';

import { compile } from '../native/compile.ts';
import { programPasses, runProgram } from '../programs/run-program.ts';
import { heavy } from './each-backend.ts';

const size = heavy ? ['1000', '1000'] : ['80', '60'];
const env = (mode: string): Record<string, string> => ({
  GREENROOM_STACKS: 'native',
  GREENROOM_HAND_OVER: 'direct',
  GREENROOM_COLD: mode,
});

/** The flags of V8 and their defaults, as it tells them. */
const options = new Map(
  execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
    .split(/^ {2}(?=--)/m)
    .map((text) => [/^--[\w-]+/.exec(text)?.[0] ?? '', /default: (\S+)/.exec(text)?.[1] ?? '']),
);

let foreign: string;
before(() => {
  foreign = compile('collecting-callbacks.cc', 'library');
});

for (const mode of ['on', 'verify', 'off']) {
  suite(`parked stacks, GREENROOM_COLD=${mode}`, { concurrency: 2 }, () => {
    const passes = (name: string, flags: string[], args: string[] = []): Promise<void> =>
      programPasses(name, { env: env(mode), flags, args });

    test('are left out from the scavenge that changes nothing of them until they run', () =>
      passes('cold-ages', []));

    if (mode === 'off') return;

    test('keep what they hold, whoever changes it', () => passes('cold-stacks', [], size));

    const ways: [string, string[]][] = [
      ['at random points', ['--max-semi-space-size=1', '--stress-scavenge=20']],
      ['with compactions', ['--stress-compaction', '--stress-marking=20']],
      ['that promote at random', ['--scavenger-chaos-mode', '--max-semi-space-size=1']],
      ['that mark and sweep', ['--minor-ms']],
      ['into one generation', ['--single-generation']],
    ];
    for (const [way, flags] of ways)
      // Not every V8 knows each of them.
      if (flags.every((flag) => options.has(flag.split('=')[0]!)))
        test(`the same in collections ${way}`, () => passes('cold-stacks', flags, size));

    for (const when of ['before', 'after'])
      test(`the same if callbacks that were added ${when} ours collect fully`, () =>
        passes('cold-stacks', [], [...size, when, foreign]));
  });
}

suite('flags of V8', () => {
  const unsafe = [
    '--scavenger-conservative-object-pinning',
    '--scavenger_precise_object_pinning',
    '--stress-scavenger-conservative-object-pinning-random',
    '--no-scavenger-promote-quarantined-pages',
    '--conservative-stack-scanning',
    '--shared-string-table',
  ];
  for (const flag of unsafe) {
    test(`that may leave young objects where they are keep all stacks in: ${flag}`, async () => {
      // As an argument: not every V8 knows each of them.
      const { stdout } = await runProgram('cold-choice', { env: env('on'), args: [flag] });
      assert.deepEqual(JSON.parse(stdout), {
        main: {
          cold: 'off',
          coldRefused: `with ${flag} a scavenge may leave young objects where they are`,
        },
        worker: {
          cold: 'off',
          coldRefused: `with ${flag} a scavenge may leave young objects where they are`,
        },
      });
    });
  }

  test('of other kinds do not', async () => {
    const { stdout } = await runProgram('cold-choice', { env: env('on'), flags: ['--minor-ms'] });
    assert.deepEqual(JSON.parse(stdout), { main: { cold: 'on' }, worker: { cold: 'on' } });
  });

  test('are as it needs them by default', () => {
    const kinds =
      /^--(?!stress).*(object-pinning|conservative-stack-scanning|direct-handle|shared-heap$|shared-string-table|harmony-struct)/;
    for (const [name, value] of options)
      if (kinds.test(name)) assert.equal(value, name.replace('--', '--no-'));
    const promotes =
      options.get('--scavenger-promote-quarantined-pages') ??
      '--scavenger-promote-quarantined-pages';
    assert.equal(promotes, '--scavenger-promote-quarantined-pages');
  });
});

suite('the digest of a parked stack', () => {
  test('minds each word that V8 visits, and no other', () => {
    const program = compile('stack-digest.cc', 'program', ['stack_digest.cc']);
    assert.equal(execFileSync(program, { encoding: 'utf8' }), 'ok\n');
  });
});
