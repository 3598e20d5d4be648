// Programs that know nothing of greenlets, run by `node FILE` and by
// `greenroom run FILE`: the output, the exit code and the error are the same.

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Ended, node, program, start } from './command.ts';

const PROGRAMS: readonly [file: string, ...lines: string[]][] = [
  [
    'events.mjs',
    "process.on('exit', (code) => console.log('exit', code, process.exitCode));",
    "process.once('beforeExit', (code) => { console.log('beforeExit', code); setTimeout(() => {}, 1); });",
    'process.exitCode = 6;',
  ],
  ['throws.mjs', '', "throw new RangeError('too far');"],
  [
    'throws-fields.mjs',
    "throw Object.assign(new Error('with'), { code: 'E_CODE', more: [1, 2] });",
  ],
  ['throws-later.mjs', "setTimeout(() => { throw new Error('later'); }, 5);"],
  ['rejects.mjs', "Promise.reject(new Error('nobody'));"],
  ['rejects-awaited.mjs', 'await 1;', "await Promise.reject(new Error('awaited'));"],
  ['unsettled.mjs', "console.log('before');", 'await new Promise(() => {});'],
  ['unsettled-with-code.mjs', 'process.exitCode = 5;', 'await new Promise(() => {});'],
  ['awaits.ts', 'const n: number = await Promise.resolve(41);', 'console.log(n + 1);'],
  ['syntax.mjs', '', 'let x = ;'],
  ['imports-missing.mjs', "import './nowhere.mjs';"],
  [
    'listens-uncaught.cjs',
    "process.on('uncaughtException', (e, origin) => console.log(e.message, origin));",
    "setTimeout(() => console.log('on'), 300); throw new Error('it');",
  ],
  [
    'me.mjs',
    'console.log(import.meta.url, import.meta.filename, import.meta.dirname, process.argv.slice(1));',
  ],
  [
    'me.cjs',
    'console.log(require.main === module, module.parent, module.id, __filename, module.paths.length, process.argv.slice(1));',
  ],
  ['me.ts', 'console.log(import.meta.filename, typeof require);'],
  ['this.cjs', 'console.log(this === module.exports, arguments.length);'],
  [
    'reads-stdin.mjs',
    "let text = ''; for await (const chunk of process.stdin) text += chunk; console.log(text.toUpperCase());",
  ],
  [
    'reads-stdin-sync.mjs',
    "import { readFileSync } from 'node:fs';",
    "console.log(readFileSync(0, 'utf8').toUpperCase());",
  ],
  [
    'order.cjs',
    "setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick'));",
    "Promise.resolve().then(() => console.log('job')); queueMicrotask(() => console.log('micro')); console.log('body');",
  ],
];

suite('a program of its own is run as node runs it', { concurrency: 2 }, () => {
  for (const [file, ...lines] of PROGRAMS) {
    test(file, async () => {
      const path = program(`node/${file}`, ...lines);
      const [expected, got] = await Promise.all([
        node(path, 'one', '--two').ended,
        start(['run', path, 'one', '--two'], {}, 'from stdin').ended,
      ]);
      assert.deepEqual(comparable(got), comparable(expected));
    });
  }

  test('by way of a symbolic link', async () => {
    const path = program('node/real.mjs', 'console.log(import.meta.filename, process.argv[1]);');
    const link = path.replace('real', 'link');
    symlinkSync(path, link);
    const [expected, got] = await Promise.all([node(link).ended, start(['run', link]).ended]);
    assert.deepEqual(comparable(got), comparable(expected));
  });
});

/**
 * Without what may differ: the frames of whoever called the program, and which statement an error is blamed on, the
 * one that made it or the one that threw it.
 */
function comparable({ stderr, ...rest }: Ended): unknown {
  const lines = stderr
    .replace(
      /Warning: Detected unsettled top-level await[^]*/,
      'Warning: Detected unsettled top-level await',
    )
    .replaceAll(/ \{$/gm, '')
    .split('\n')
    .filter(
      (line) =>
        line !== '' &&
        !/^ +at .*(node:|\/src\/)|^ *\^+$|^node:internal|^ {4}(throw|trigger)|^Node\.js/.test(line),
    );
  return { ...rest, stderr: lines };
}
