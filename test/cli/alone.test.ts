// When patched calls under `greenroom run` block the thread, and when they park.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { stackInfo } from '../../src/stack/engine.ts';
import { program, start } from './command.ts';

/** Runs a program, and gives the lines that it printed; it writes nothing else. */
async function linesOf(name: string, ...lines: string[]): Promise<string[]> {
  const { stdout, stderr } = await start(['run', program(`alone/${name}`, ...lines)]).ended;
  assert.equal(stderr, '');
  return stdout.trimEnd().split('\n');
}

const IMPORTS = [
  "import { createServer, request } from 'node:http';",
  "import { execSync } from 'node:child_process';",
  "import fs, { readFileSync, writeFileSync } from 'node:fs';",
  "import { joinAll, sleep, spawn, wait } from 'greenroom';",
  "import * as asyncio from 'greenroom/asyncio';",
];

/** A call that tells whether it let Node's loop turn. */
const PROBE =
  "const probe = (who) => { let parked = false; setImmediate(() => (parked = true)); execSync('true'); console.log(who, parked); };";

suite('a patched call under greenroom run', { concurrency: 2 }, () => {
  test('blocks in the body of a program while nobody else may run, and parks else', async () => {
    const lines = await linesOf(
      'body.mjs',
      ...IMPORTS,
      PROBE,
      "probe('alone');",
      "const other = spawn(sleep, 1e6); probe('a greenlet that is to begin'); probe('one that waits'); other.kill();",
      "probe('after its end');",
      "const task = asyncio.createTask(() => asyncio.sleep(1e6)); probe('a task'); task.cancel();",
      "try { wait(task); } catch {} probe('after its end');",
      "const server = wait(asyncio.createServer(() => ({}), '127.0.0.1', 0)); probe('a server'); server.close(); wait(server.waitClosed());",
      "probe('after its end');",
      "const [udp] = wait(asyncio.createDatagramEndpoint(() => ({}), { localAddr: ['127.0.0.1', 0] })); probe('an endpoint');",
      'const socket = udp.getExtraInfo("socket"); udp.close(); wait(new Promise((r) => socket.once("close", r)));',
      "probe('after its end');",
    );
    assert.deepEqual(lines, [
      'alone false',
      'a greenlet that is to begin true',
      'one that waits true',
      'after its end false',
      'a task true',
      'after its end false',
      'a server true',
      'after its end false',
      'an endpoint true',
      'after its end false',
    ]);
  });

  test('parks in a greenlet that the program has made, though it is the only one', async () => {
    const lines = await linesOf('spawned.mjs', ...IMPORTS, PROBE, "spawn(probe, 'the only one');");
    assert.deepEqual(lines, ['the only one true']);
  });

  test('does not keep out the requests that come meanwhile', async () => {
    const lines = await linesOf(
      'requests.mjs',
      ...IMPORTS,
      'const flag = `${import.meta.filename}.second`;',
      // The first one is over when the second one has been handled.
      "const answers = { '/1': () => execSync(`until test -e ${flag}; do sleep 0.01; done`, { timeout: 20000 }), '/2': () => writeFileSync(flag, '') };",
      'const ask = (path) => new Promise((resolve) => request({ port: server.address().port, path, agent: false }, (answer) => { answer.resume(); resolve(path); }).end());',
      "const server = createServer(({ url }, answer) => { spawn(() => { answers[url](); answer.end(); }); if (url === '/1') setTimeout(ask, 50, '/2'); });",
      "server.listen(0, '127.0.0.1', () => ask('/1').then((path) => { console.log(path, fs.existsSync(flag)); server.close(); }));",
    );
    assert.deepEqual(lines, ['/1 true']);
  });

  test('lets a server of this library answer the child that it waits for', async () => {
    const lines = await linesOf(
      'server.mjs',
      ...IMPORTS,
      "const server = wait(asyncio.startServer(async (reader, writer) => { writer.write(await reader.readline()); writer.close(); }, '127.0.0.1', 0));",
      "const client = `require('node:net').connect(${server.port}, '127.0.0.1').on('data', (d) => process.stdout.write(d)).end('echo\\\\n')`;",
      'console.log(String(execSync(`${process.execPath} -e "${client}"`, { timeout: 20000 })).trim()); server.close();',
    );
    assert.deepEqual(lines, ['echo']);
  });

  test('parks always after patchAll() in the program', async () => {
    const lines = await linesOf(
      'asked.mjs',
      ...IMPORTS,
      PROBE,
      "import { patchAll } from 'greenroom/gevent/monkey';",
      "patchAll(); probe('alone');",
    );
    assert.deepEqual(lines, ['alone true']);
  });

  test('throws errors with the frames of the program, and none of this library', async () => {
    const calls = [
      "() => readFileSync('/no/such/file')",
      '() => readFileSync({})',
      "() => execSync('exit 3')",
      '() => Atomics.wait([], 0, 0)',
      "() => fs.cpSync('/no/such/file', '/no/such/copy')",
    ];
    const lines = await linesOf(
      'frames.mjs',
      ...IMPORTS,
      `const calls = [${calls.join()}];`,
      'const frames = (call) => { try { call(); } catch (error) { const [head, first] = error.stack.split("\\n"); return `${head} | ${/(src|dist).monkey/.test(error.stack.split(import.meta.filename)[0])} ${first.includes(import.meta.filename)}`; } };',
      'for (const call of calls) console.log(frames(call));',
      'const parks = spawn(sleep, 1e6);',
      'for (const call of calls) console.log(frames(call)); parks.kill();',
      'setImmediate(() => { for (const call of calls) console.log(frames(call)); });',
    );
    assert.deepEqual(
      lines.map((line) => line.split(' | ')[1]),
      Array(15).fill('false true'),
    );
    const heads = lines.map((line) => line.split(' | ')[0]);
    assert.deepEqual(heads.slice(5, 10), heads.slice(0, 5));
    assert.match(heads[1]!, /^TypeError \[ERR_INVALID_ARG_TYPE\]: /);
  });

  // Without the addon a signal is heard when the call is over.
  const skip = stackInfo().backend !== 'native' || process.platform === 'win32';
  test('is ended by the first signal while it blocks: a child process', { skip }, async () => {
    const file = program(
      'alone/ended-child.mjs',
      ...IMPORTS,
      "execSync('echo $$ >&2; exec sleep 20 2>&-', { stdio: ['ignore', 'ignore', 1] });",
    );
    const { child, ended, printed } = start(['run', file]);
    await printed('\n');
    child.kill('SIGTERM');
    const { signal, stdout } = await ended;
    process.kill(Number(stdout));
    assert.equal(signal, 'SIGTERM');
  });

  test(
    'is where the first signal is heard that came while the body computed',
    { skip },
    async () => {
      const { child, ended, printed } = start([
        'run',
        program(
          'alone/computes.mjs',
          ...IMPORTS,
          "console.log('ready');",
          // It comes during a call now and then; then it ends the process there.
          'for (let x = 0; ; ) { for (let i = 0; i < 1e6; i++) x += i; fs.existsSync(String(x)); }',
        ),
      ]);
      await printed('ready');
      child.kill('SIGTERM');
      assert.equal((await ended).signal, 'SIGTERM');
    },
  );

  test('is ended by the first signal while it blocks: a file', { skip }, async () => {
    const file = program('alone/ended-file.mjs', ...IMPORTS, 'readFileSync(process.argv[2]);');
    execFileSync('mkfifo', [`${file}.fifo`]);
    const { child, ended } = start(['run', file, `${file}.fifo`]);
    // Opened when the program has opened it, which the same call reads.
    const fifo = await open(`${file}.fifo`, 'w');
    child.kill('SIGTERM');
    const { signal } = await ended;
    await fifo.close();
    assert.equal(signal, 'SIGTERM');
  });
});
