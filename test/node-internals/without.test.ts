// Each internal of Node's is taken away in turn: the library works, and what is lost is what the header of its file
// says. Where tests of the library are run, `lost` names those that fail.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';

import { root, sourceFlags } from '../../scripts/run.ts';
import { asyncFrames } from '../../src/addon/async-frame.ts';

const preload = new URL('./without.ts', import.meta.url).href;
const TIMEOUT_MS = 100_000;

function runWithout(
  name: string,
  flags: readonly string[],
  args: readonly string[],
): { output: string; status: number | null } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...sourceFlags, '--expose-gc', ...flags, ...args],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: {
        ...process.env,
        GREENROOM_TEST_WITHOUT: name,
        NODE_OPTIONS: `--import=${preload}`,
        NODE_TEST_CONTEXT: undefined,
      },
    },
  );
  return { output: stdout + stderr, status };
}

/** The tests of `file` that fail, without the suites around them. */
function failing(name: string, file: string): string[] {
  const { output } = runWithout(name, ['--test-reporter=tap'], [`test/${file}.test.ts`]);
  assert.match(output, /^# pass [1-9]/m, output);
  const failed = /^ *not ok \d+ - (.*)\n(?: +.*\n)*? +failureType: '(\w+)'/gm;
  return [...output.matchAll(failed)].flatMap(([, test, type]) =>
    type === 'subtestsFailed' ? [] : [test!],
  );
}

const framesAreThere = asyncFrames() !== null;

const CASES: readonly { without: string; file: string; lost?: readonly string[] }[] = [
  { without: 'stream-handle', file: 'io/protocols' },
  { without: 'stream-handle', file: 'io/written-directly' },
  { without: 'fast-buffer', file: 'io/protocols' },
  {
    without: 'raw-socket',
    file: 'io/tls',
    lost: ['closeClients sends what was written before'],
  },
  { without: 'async-wrap', file: 'greenlet/switch' },
  { without: 'async-wrap', file: 'hub/spawn' },
  { without: 'async-context-frame', file: 'hub/spawn' },
  {
    without: 'async-context-frame',
    file: 'asyncio/context',
    lost: framesAreThere ? ['has context variables of its own'] : [],
  },
  {
    without: 'async-context-frame',
    file: 'stack/async-context',
    lost: framesAreThere
      ? [
          'a greenlet sees the store of where it was made',
          'it follows a spawned greenlet through sleeps and promises',
          'promise callbacks and timers set in a greenlet have its store',
          'snapshot and bind carry a store into a greenlet',
        ]
      : [],
  },
  {
    without: 'module-loader',
    file: 'monkey/module-loader',
    lost: ['gives nobody a module whose body has not ended'],
  },
  {
    without: 'stack-frames',
    file: 'hub/main-stack',
    lost: [
      'in a then, a microtask or a nextTick',
      'at the top level of a program, ESM and CommonJS',
    ],
  },
];

suite('without an internal of Node’s', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-without-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const { without, file, lost = [] } of CASES) {
    test(`${without}: all of ${file} holds but what is lost`, () => {
      assert.deepEqual(failing(without, file).toSorted(), lost.toSorted());
    });
  }

  const command = (
    name: string,
    file: string,
    text: string,
  ): { output: string; status: unknown } => {
    const path = join(folder, file);
    writeFileSync(path, text);
    return runWithout(name, [], ['bin/greenroom.js', 'run', path]);
  };

  test('module-loader: the command runs programs, and require.main is not the program', () => {
    assert.deepEqual(
      command(
        'module-loader',
        'main.cjs',
        "console.log(typeof require('fs'), require.main === module);",
      ),
      { output: 'object false\n', status: 0 },
    );
    assert.deepEqual(command('module-loader', 'main.mjs', 'console.log(import.meta.filename);'), {
      output: `${join(folder, 'main.mjs')}\n`,
      status: 0,
    });
  });

  test('own-warnings: the command runs programs, and may warn of what it uses itself', () => {
    const { output, status } = command('own-warnings', 'warns.mjs', "console.log('runs');");
    assert.match(output, /^runs$/m);
    assert.equal(status, 0);
  });

  test('refused-input: spawnSync does its work, and lets nobody else run', () => {
    const text = `
      import { spawnSync } from 'node:child_process';
      import { spawn, sleep } from ${JSON.stringify(new URL('../../src/public/index.ts', import.meta.url).href)};
      let others = 0;
      const other = spawn(() => { for (;;) { sleep(0); others++; } });
      sleep(0);
      const before = others;
      const { stdout } = spawnSync('echo', ['hi'], { encoding: 'utf8' });
      console.log(stdout.trim(), others - before);
      other.kill();
    `;
    assert.deepEqual(command('refused-input', 'blocks.mjs', text), {
      output: 'hi 0\n',
      status: 0,
    });
  });
});
