import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { greenroom, program, start } from './command.ts';

const BLOCK = [
  'const task = spawn(() => { sleep(30); return "spawned"; });',
  'sleep(10);',
  'console.log(task.get());',
];

suite('greenroom run', () => {
  for (const extension of ['mjs', 'mts', 'ts', 'js']) {
    test(`the top level of a .${extension} module may block`, async () => {
      const file = program(
        `esm.${extension}`,
        "import { sleep, spawn } from 'greenroom';",
        ...BLOCK,
      );
      assert.deepEqual(await greenroom('run', file), ended('spawned\n'));
    });
  }

  for (const extension of ['cjs', 'cts']) {
    test(`the top level of a .${extension} script may block`, async () => {
      const file = program(
        `script.${extension}`,
        "const { sleep, spawn } = require('greenroom');",
        ...BLOCK,
        'console.log(require.main === module, module.parent, module.id);',
      );
      assert.deepEqual(await greenroom('run', file), ended('spawned\ntrue null .\n'));
    });
  }

  test('so may the modules it imports, before its own body', async () => {
    program('part.mjs', "import { sleep } from 'greenroom';", 'sleep(5);', "console.log('part');");
    const file = program('whole.mjs', "import './part.mjs';", "console.log('whole');");
    assert.deepEqual(await greenroom('run', file), ended('part\nwhole\n'));
  });

  test('import and require give the copy of greenroom that runs the program', async () => {
    const file = program(
      'copies.mjs',
      "import { createRequire } from 'node:module';",
      "import { Future, inGreenlet } from 'greenroom';",
      "import { getLoop } from 'greenroom/loop';",
      'const require = createRequire(import.meta.url);',
      "console.log(inGreenlet(), require('greenroom').Future === Future);",
      "console.log(require('greenroom/loop').getLoop() === getLoop());",
      "console.log(require('greenroom/package.json').name);",
    );
    assert.deepEqual(await greenroom('run', file), ended('true true\ntrue\ngreenroom\n'));
  });

  test('a subpath that does not exist is the error it always is', async () => {
    const file = program('nowhere.mjs', "import 'greenroom/nowhere';");
    const { code, stderr } = await greenroom('run', file);
    assert.equal(code, 1);
    assert.match(stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  test('process.argv is that of node FILE; options after the file are its own', async () => {
    const file = program('argv.mjs', 'console.log(process.argv.slice(1).join());');
    const { stdout } = await greenroom('run', '--no-fs', file, '--no-patch', 'x', '--', 'y');
    assert.equal(stdout, `${file},--no-patch,x,--,y\n`);
  });

  test('import.meta.main is true in the program, where Node has it', async () => {
    program('other.mjs', 'export const other = import.meta.main;');
    const file = program(
      'main.mts',
      "import { other } from './other.mjs';",
      'console.log(other, import.meta.main);',
    );
    const here = 'main' in import.meta;
    assert.equal(
      (await greenroom('run', file)).stdout,
      here ? 'false true\n' : 'undefined undefined\n',
    );
  });

  test('a program with a top-level await runs, outside of every greenlet', async () => {
    const file = program(
      'tla.mjs',
      "import { inGreenlet, main, sleep } from 'greenroom';",
      'console.log(await Promise.resolve(inGreenlet()));',
      'console.log(await main(() => { sleep(5); return inGreenlet(); }));',
    );
    assert.deepEqual(await greenroom('run', file), ended('false\ntrue\n'));
  });

  test('where stacks are off a program runs, up to what needs one', async () => {
    const file = program(
      'stackless.mjs',
      "import { sleep as nap } from 'greenroom';",
      "import { run, sleep } from 'greenroom/asyncio';",
      "run(async () => { await sleep(1); console.log('no stack needed'); nap(1); });",
    );
    const { code, stdout, stderr } = await start(['run', file], { GREENROOM_STACKS: 'off' }).ended;
    assert.deepEqual([code, stdout], [1, 'no stack needed\n']);
    assert.match(stderr, /StacksUnavailableError|BlockingSwitchOutError/);
  });

  test('GREENROOM_DEBUG=1 tells of what was not waited for, whatever is imported', async () => {
    const file = program(
      'forgotten.mjs',
      "import { Queue, sleep } from 'greenroom';",
      '(() => new Queue().put(1))();',
      'sleep(1); globalThis.gc(); sleep(1);',
    );
    const env = { GREENROOM_DEBUG: '1', NODE_OPTIONS: '--expose-gc' };
    const { stderr } = await start(['run', file], env).ended;
    assert.match(stderr, /was never awaited; .* in a greenlet `wait\(…\)` around it/);
  });

  test('where such a program blocks it is told what to write', async () => {
    const file = program(
      'tla-block.mjs',
      "import { sleep } from 'greenroom';",
      'await 1;',
      'sleep(1);',
    );
    const { code, stderr } = await greenroom('run', file);
    assert.equal(code, 1);
    assert.match(stderr, /top-level `await`.*write `wait\(promise\)`/);
    assert.match(stderr, /ERR_BLOCKING_SWITCH_OUT/);
  });

  test('blocking calls are cooperative, before the first import', async () => {
    const file = program(
      'patched.mjs',
      "import { spawn } from 'greenroom';",
      "import { isPatched } from 'greenroom/gevent/monkey';",
      "spawn(() => console.log('other'));",
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);',
      "console.log('waited', ['atomics', 'fs', 'childProcess'].map((kind) => isPatched(kind)).join());",
    );
    const run = async (...options: string[]): Promise<string> =>
      (await greenroom('run', ...options, file)).stdout;
    assert.equal(await run(), 'other\nwaited true,true,true\n');
    assert.equal(await run('--no-atomics'), 'waited false,true,true\nother\n');
    assert.equal(await run('--no-fs', '--no-child-process'), 'other\nwaited true,false,false\n');
    assert.equal(await run('--no-patch'), 'waited false,false,false\nother\n');
  });
});

suite('the exit code', () => {
  test('is process.exitCode when all is done, also what greenlets set', async () => {
    const file = program(
      'exit-code.mjs',
      "import { sleep, spawn } from 'greenroom';",
      'spawn(() => { sleep(20); process.exitCode = 5; });',
    );
    assert.equal((await greenroom('run', file)).code, 5);
  });

  test('is that of process.exit in a greenlet; exit listeners are called', async () => {
    const file = program(
      'exit.mjs',
      "import { sleep, spawn } from 'greenroom';",
      "process.on('exit', (code) => console.log('exit', code));",
      'spawn(() => { sleep(5); process.exit(3); });',
      'sleep(10_000);',
    );
    assert.deepEqual(await greenroom('run', file), { ...ended('exit 3\n'), code: 3 });
  });

  test('is 1 after an uncaught error, which is shown with its line in the source', async () => {
    const file = program(
      'uncaught.ts',
      "import { sleep } from 'greenroom';",
      'function fail(ms: number): never {',
      '  sleep(ms);',
      "  throw new RangeError('too far');",
      '}',
      'fail(5);',
    );
    const { code, stderr } = await greenroom('run', file);
    assert.equal(code, 1);
    const lines = stderr.split('\n');
    assert.match(lines[0]!, /uncaught\.ts:4$/);
    assert.equal(lines[1], "  throw new RangeError('too far');");
    assert.equal(lines[4], 'RangeError: too far');
    assert.match(lines[5]!, /at fail \(.*uncaught\.ts:4:9\)/);
    assert.match(lines[6]!, /at .*uncaught\.ts:6:1\)?$/);
    assert.equal(lines[7], '');
    assert.match(lines[8]!, /^Node\.js v/);
  });

  test('is 1 after an uncaught error of a script, shown likewise', async () => {
    const file = program('uncaught.cjs', 'null.x;');
    const { code, stderr } = await greenroom('run', file);
    assert.equal(code, 1);
    assert.match(stderr, /^.*uncaught\.cjs:1\nnull\.x;\n +\^\n\nTypeError: /);
  });

  test('an error that comes out of a wait shows where that was, in the program and in a greenlet', async () => {
    const file = program(
      'waits.mjs',
      "import { spawn, wait } from 'greenroom';",
      "import { setTimeout } from 'node:timers';",
      "const failing = () => new Promise((_, reject) => setTimeout(() => reject(new Error('late', { cause: 'rain' })), 1));",
      'function inner() { wait(failing()); }',
      'function outer() { inner(); }',
      'spawn(inner).join();',
      'outer();',
    );
    const { code, stderr } = await greenroom('run', file);
    assert.equal(code, 1);
    const lines = stderr
      .replaceAll(/\(?file:.*waits\.mjs:(\d+):\d+\)?/g, 'line $1')
      .split('\n')
      .map((line) => line.trim().replace(/ \{$/, ''));
    const sites = lines.flatMap((line, at) =>
      line === 'waited for:' ? [lines.slice(at + 1)] : [],
    );
    assert.deepEqual(sites[0]!.slice(0, 2), ['at inner line 4', "[cause]: 'rain'"]);
    assert.ok(sites[0]!.includes('in Greenlet-1'));
    assert.deepEqual(sites[1]!.slice(0, 2), ['at inner line 4', 'at outer line 5']);
    assert.equal(lines.filter((line) => line.includes("[cause]: 'rain'")).length, 2);
  });

  test('is 1 after a value that is no error, and for a syntax error', async () => {
    const text = await greenroom('run', program('text.mjs', "throw 'a text';"));
    assert.equal(text.code, 1);
    assert.match(text.stderr, /^Uncaught 'a text'$/m);
    const syntax = await greenroom('run', program('syntax.mjs', '', 'let x = ;'));
    assert.equal(syntax.code, 1);
    assert.match(syntax.stderr, /syntax\.mjs:2\nlet x = ;\n +\^/);
  });

  test('is 1 where the program or what it imports cannot be loaded; none of this library is shown', async () => {
    for (const [file, message] of [
      [program('broken.mjs', 'let x = ;'), /^SyntaxError: /m],
      [program('broken.cjs', 'let x = ;'), /^SyntaxError: /m],
      [program('broken.ts', 'let x: number = ;'), /^SyntaxError/m],
      [program('lacking.mjs', "import './lost.mjs';"), /Cannot find module .*lost\.mjs/],
      [program('absent.mjs', "import { absent } from 'node:fs';"), /export named 'absent'/],
    ] as const) {
      const { code, stderr } = await greenroom('run', file);
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.match(stderr, /^ +at .*\(node:/m);
      assert.doesNotMatch(stderr, new RegExp(pathToFileURL('src').href));
    }
  });

  test("is 0 when a listener of 'uncaughtException' has heard the error", async () => {
    const file = program(
      'heard.mjs',
      "process.on('uncaughtException', (error) => console.log('heard', error.message));",
      "throw new Error('it');",
    );
    assert.deepEqual(await greenroom('run', file), ended('heard it\n'));
  });

  test('is 1 after an error in a spawned greenlet that nobody asked for, which is printed', async () => {
    const file = program(
      'spawned.mjs',
      "import { sleep, spawn } from 'greenroom';",
      "spawn(() => { throw new Error('alone'); });",
      "sleep(5); console.log('on');",
    );
    const { code, stdout, stderr } = await greenroom('run', file);
    assert.deepEqual([code, stdout], [1, 'on\n']);
    assert.match(stderr, /^Error: alone\n/);
  });

  test('is 1 after a deadlock, which is explained; finally blocks run', async () => {
    const file = program(
      'deadlock.mjs',
      "import { Future, wait } from 'greenroom';",
      "try { wait(new Future()); } finally { console.log('unwound'); }",
    );
    const { code, stdout, stderr } = await greenroom('run', file);
    assert.deepEqual([code, stdout], [1, 'unwound\n']);
    assert.match(
      stderr,
      /^Uncaught LoopExit: .*\n +main waits for a Future\n +at .*deadlock\.mjs:2:7\n$/,
    );
  });
});

function ended(stdout: string): object {
  return { code: 0, signal: null, stdout, stderr: '' };
}

suite('an error that nobody asks for', () => {
  const lost: readonly [what: string, printed: RegExp, ...lines: string[]][] = [
    [
      'a task of a run',
      /Task exception was never retrieved[^]*RangeError: lost/,
      "import { createTask, run, sleep } from 'greenroom/asyncio'; import { wait } from 'greenroom';",
      "wait(run(async () => { createTask(async () => { throw new RangeError('lost'); }); await sleep(1); }));",
    ],
    [
      'a generator that a greenlet starts',
      /Task exception was never retrieved[^]*RangeError: lost/,
      "import { createTask } from 'greenroom/asyncio';",
      "createTask(function* () { throw new RangeError('lost'); });",
    ],
    [
      'a greenlet',
      /RangeError: lost[^]*in Greenlet-1/,
      "import { spawn } from 'greenroom';",
      "spawn(() => { throw new RangeError('lost'); });",
    ],
  ];
  for (const [index, [what, printed, ...lines]] of lost.entries())
    test(`is printed once, and makes the exit code 1: ${what}`, async () => {
      const file = program(`lost-${index}.mjs`, ...lines, "console.log('goes on');");
      const { code, stdout, stderr } = await start(['run', file]).ended;
      assert.deepEqual([code, stdout], [1, 'goes on\n']);
      assert.match(stderr, printed);
      assert.equal(stderr.match(/RangeError: lost/g)?.length, 1);
      const warned = await start(['run', '--lost-errors=warn', file]).ended;
      assert.deepEqual([warned.code, warned.stderr], [0, stderr]);
    });

  test('counts no more once somebody asks for it, and an exit code of the program stays', async () => {
    const asked = program(
      'asked.mjs',
      "import { spawn } from 'greenroom';",
      "const failing = spawn(() => { throw new RangeError('asked for'); });",
      'try { failing.get(); } catch (error) { console.log(error.message); }',
    );
    const { code, stdout } = await start(['run', asked]).ended;
    assert.deepEqual([code, stdout], [0, 'asked for\n']);
    const coded = program(
      'coded.mjs',
      "import { spawn } from 'greenroom';",
      "spawn(() => { throw new RangeError('lost'); }); process.exitCode = 0;",
    );
    assert.equal((await start(['run', coded]).ended).code, 0);
  });
});
