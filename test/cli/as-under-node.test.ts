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
  [
    'exit-listener-blocks.cjs',
    "const { execSync } = require('node:child_process'); const fs = require('node:fs');",
    "process.on('exit', (code) => console.log(code, String(execSync('echo cleaned')), fs.existsSync(__filename)));",
    'process.exit(3);',
  ],
  [
    'longest-timeouts.cjs',
    "const { execSync, spawnSync } = require('node:child_process');",
    "console.log(String(execSync('sleep 0.1; echo hi', { timeout: 2 ** 31 })));",
    "console.log(spawnSync('sh', ['-c', 'sleep 0.1; echo hi'], { timeout: 2 ** 40, encoding: 'utf8' }).stdout);",
  ],
  [
    'grandchild-holds-the-pipe.cjs',
    "const { spawnSync } = require('node:child_process');",
    "const r = spawnSync('sh', ['-c', 'sleep 60 & echo $!'], { timeout: 200, encoding: 'utf8' });",
    'process.kill(Number(r.stdout)); console.log(r.error.code, r.status, r.signal);',
  ],
  [
    'listens-after-blocking.cjs',
    "const fs = require('node:fs'); const { spawn } = require('node:child_process');",
    'const came = []; const stream = fs.createReadStream(__filename); fs.statSync(__filename);',
    "stream.on('open', () => came.push('open')).on('close', () => came.push('close')).resume();",
    "const child = spawn('/nowhere'); fs.readFileSync(__filename);",
    "child.on('error', (error) => came.push(error.code));",
    'setImmediate(() => came.push(later)); fs.readFileSync(__filename); const later = 1;',
    "process.on('exit', () => console.log(came.sort().join()));",
  ],
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

  for (const extension of ['cjs', 'mjs', 'cts', 'mts'])
    test(`an uncaught error shows its line of the source: ${extension}`, async () => {
      const path = program(
        `node/shows-source.${extension}`,
        '',
        "function fails() { throw new RangeError('too far'); }",
        'fails();',
      );
      const { stderr } = await start(['run', path]).ended;
      const [place, line] = stderr.split('\n');
      assert.match(place!, /shows-source\.[cm][jt]s:2$/);
      assert.equal(line, "function fails() { throw new RangeError('too far'); }");
    });

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
