import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { program, start } from './command.ts';

suite('a signal', { skip: process.platform === 'win32' && 'there are no signals' }, () => {
  const file = program(
    'unwinds.mjs',
    "import { sleep, spawn } from 'greenroom';",
    "import { Greenlet } from 'greenroom/greenlet';",
    "spawn(() => { try { sleep(1e6); } finally { sleep(20); console.log('spawned'); } });",
    "const raw = new Greenlet(() => { try { console.log('ready'); sleep(1e6); } finally { console.log('raw'); } });",
    'sleep(1);',
    "try { raw.switch(); console.log('never'); } finally { console.log('main'); }",
  );

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} runs the finally blocks of all greenlets, then ends the process`, async () => {
      const { child, ended, printed } = start(['run', file]);
      await printed('ready');
      child.kill(signal);
      const result = await ended;
      assert.equal(result.signal, signal);
      assert.equal(result.stdout, 'ready\nmain\nraw\nspawned\n');
      assert.equal(result.stderr, '');
    });
  }

  test('the second one ends it at once', async () => {
    const { child, ended, printed } = start([
      'run',
      program(
        'stubborn.mjs',
        "import { sleep } from 'greenroom';",
        "try { console.log('ready'); sleep(1e6); } finally { console.log('tidying'); sleep(1e6); }",
      ),
    ]);
    await printed('ready');
    child.kill('SIGINT');
    await printed('tidying');
    child.kill('SIGINT');
    assert.equal((await ended).signal, 'SIGINT');
  });

  test('the second one ends also what computes for ever, and hears none', async () => {
    const { child, ended, printed } = start([
      'run',
      program('computes.mjs', "console.log('ready');", 'for (;;);'),
    ]);
    await printed('ready');
    // Two that come at once are one to the system: so they are sent until it has ended.
    const pressing = setInterval(() => child.kill('SIGINT'), 20);
    const { signal, stderr } = await ended;
    clearInterval(pressing);
    assert.deepEqual([signal, stderr], ['SIGINT', '']);
  });

  test('the second one ends a `finally` block that computes for ever', async () => {
    const { child, ended, printed } = start([
      'run',
      program(
        'stuck.mjs',
        "import { sleep } from 'greenroom';",
        "try { console.log('ready'); sleep(1e6); } finally { console.log('tidying'); for (;;); }",
      ),
    ]);
    await printed('ready');
    child.kill('SIGINT');
    await printed('tidying');
    child.kill('SIGTERM');
    assert.equal((await ended).signal, 'SIGTERM');
  });

  test('however often it comes while the program computes, one that listens hears of it', async () => {
    const { child, ended, printed } = start([
      'run',
      program(
        'busy.mjs',
        "import { sleep } from 'greenroom';",
        'const deaf = () => {};',
        "process.on('SIGINT', deaf);",
        "process.off('SIGINT', deaf);",
        "process.on('SIGINT', () => { console.log('mine'); process.exit(7); });",
        "console.log('ready');",
        'for (const start = Date.now(); Date.now() - start < 400; );',
        'sleep(1e6);',
      ),
    ]);
    await printed('ready');
    const pressing = setInterval(() => child.kill('SIGINT'), 20);
    const { code, signal, stdout } = await ended;
    clearInterval(pressing);
    assert.deepEqual([code, signal], [7, null]);
    assert.match(stdout, /^ready\nmine\n/);
  });

  for (const [how, ...lines] of [
    ['in a greenlet', 'wait(run(main));'],
    ['after a top-level await', 'await run(main);'],
  ] as const) {
    test(`ends a run of asyncio's ${how} when it has tidied up`, async () => {
      const file = program(
        `interrupted-${how.replaceAll(/\W/g, '-')}.mjs`,
        "import { wait } from 'greenroom';",
        "import { run, sleep } from 'greenroom/asyncio';",
        "const main = async () => { try { console.log('ready'); await sleep(1e6); } finally { console.log('tidied'); } };",
        ...lines,
        'void wait;',
      );
      const { child, ended, printed } = start(['run', file]);
      await printed('ready');
      child.kill('SIGINT');
      const { signal, stdout, stderr } = await ended;
      assert.deepEqual([signal, stdout, stderr], ['SIGINT', 'ready\ntidied\n', '']);
    });
  }

  test('is left to a program that listens for it', async () => {
    const { child, ended, printed } = start([
      'run',
      program(
        'listens.mjs',
        "import { sleep } from 'greenroom';",
        "process.on('SIGINT', () => { console.log('mine'); process.exit(7); });",
        "try { console.log('ready'); sleep(1e6); } finally { console.log('unwound'); }",
      ),
    ]);
    await printed('ready');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.deepEqual([code, stdout], [7, 'ready\nmine\n']);
  });

  test('ends a program whose body is over and whose greenlets wait', async () => {
    const { child, ended, printed } = start([
      'run',
      program(
        'over.mjs',
        "import { sleep, spawn } from 'greenroom';",
        "spawn(() => { try { console.log('ready'); sleep(1e6); } finally { console.log('unwound'); } });",
      ),
    ]);
    await printed('ready');
    child.kill('SIGTERM');
    const { signal, stdout } = await ended;
    assert.deepEqual([signal, stdout], ['SIGTERM', 'ready\nunwound\n']);
  });
});
