import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { root, sourceFlags } from '../../scripts/run.ts';
import { createTask } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { DEVNULL, PIPE, STDOUT } from '../../src/io/process/child-streams.ts';
import type { ProcessError } from '../../src/io/process/process-error.ts';
import {
  createSubprocessExec,
  createSubprocessShell,
  type SubprocessStreamsOptions,
} from '../../src/io/process/subprocess.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';

const piped = { stdin: PIPE, stdout: PIPE, stderr: PIPE } as const;
const strings = (buffers: (Buffer | undefined)[]): string[] => buffers.map(String);
const linux = process.platform === 'linux';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-children-'));
after(() => rmSync(folder, { recursive: true }));

/** What another process prints that runs `body`, a program's, with `names` of greenroom/asyncio. */
function printed(names: string, body: string): string {
  const code = `import { ${names} } from 'greenroom/asyncio'; ${body}`;
  const args = [...sourceFlags, '--input-type=module', '-e', code];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return stdout;
}

async function stateOf(pid: number, state: string): Promise<void> {
  while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(`) ${state} `)) await turn();
}

suite('the streams of a child', { skip: process.platform === 'win32' && 'needs POSIX' }, () => {
  afterEach(nothingLeft);

  test('can be opened again by their names', async () => {
    const line = 'cat /dev/stdin > /dev/stdout; echo trouble > /dev/stderr';
    for (const child of [
      await createSubprocessExec('sh', ['-c', line], piped),
      await createSubprocessShell(line, piped),
    ]) {
      assert.deepEqual(strings(await child.communicate('input')), ['input', 'trouble\n']);
    }
    const shared = await createSubprocessShell('echo 1 > /dev/stderr; echo 2 > /dev/stdout', {
      stdout: PIPE,
      stderr: STDOUT,
    });
    assert.deepEqual(strings(await shared.communicate()), ['1\n2\n', 'undefined']);
  });

  test('with `stderr: STDOUT` the program, its folder and its environment are the same', async () => {
    const script = join(folder, 'prog');
    writeFileSync(script, '#!/bin/sh\necho "$PWD $1"\n');
    chmodSync(script, 0o755);
    const cases: [string, string[], SubprocessStreamsOptions][] = [
      ['./prog', ['x y'], { cwd: folder }],
      ['env', [], { env: { 'a.b': '1', 'with space': '2', '%': '3' } }],
      ['env', [], { env: { PATH: process.env['PATH'], LONG: 'x'.repeat(100_000) } }],
    ];
    for (const [program, args, options] of cases) {
      const outputs: string[] = [];
      for (const stderr of [PIPE, STDOUT] as const) {
        const child = await createSubprocessExec(program, args, {
          ...options,
          stdout: PIPE,
          stderr,
        });
        outputs.push(String((await child.communicate())[0]));
        assert.equal(child.returncode, 0);
      }
      assert.notEqual(outputs[0], '');
      assert.equal(outputs[1], outputs[0]);
    }
  });

  test('`stderr: STDOUT` goes to a file, or nowhere, or where this process writes, as stdout does', async () => {
    const line = 'echo 1; echo 2 >&2; echo 3';
    const path = join(folder, 'output');
    const file = openSync(path, 'w');
    const child = await createSubprocessShell(line, { stdout: file, stderr: STDOUT });
    closeSync(file);
    assert.equal(await child.wait(), 0);
    assert.equal(readFileSync(path, 'utf8'), '1\n2\n3\n');
    const silent = await createSubprocessShell(line, { stdout: DEVNULL, stderr: STDOUT });
    assert.equal(await silent.wait(), 0);
    const inherited = printed(
      'createSubprocessShell, STDOUT',
      `await (await createSubprocessShell('${line}', { stderr: STDOUT })).wait()`,
    );
    assert.equal(inherited, '1\n2\n3\n');
  });

  test('the exit is enough for wait: a pipe that nobody reads, or that a grandchild holds', async () => {
    const endless = await createSubprocessExec('yes', [], { stdout: PIPE });
    await endless.stdout.readline();
    endless.kill();
    assert.equal(await endless.wait(), -9);
    assert.match(String(await endless.stdout.read()), /^(y\n)+y?$/);

    const parent = await createSubprocessShell('sleep 1000 2>&1 & echo $!', { stdout: PIPE });
    assert.equal(await parent.wait(), 0);
    assert.equal(parent.returncode, 0);
    process.kill(Number(await parent.stdout.readline()), 'SIGKILL');
    assert.equal(String(await parent.stdout.read()), '');
  });

  test(
    'a communicate that is cancelled loses nothing: the next gives the whole',
    {
      skip: !linux && 'needs /proc',
    },
    async () => {
      const line = 'echo trouble >&2; exec 2>&-; echo early; kill -STOP $$; cat; echo late';
      const child = await createSubprocessShell(line, piped);
      const first = createTask(child.communicate('input\n'));
      await stateOf(child.pid, 'T');
      // Both outputs come, and the end of one.
      for (let i = 0; i < 10; i++) await turn();
      first.cancel();
      await rejects(first, (error) => error instanceof CancelledError);
      child.sendSignal('SIGCONT');
      assert.deepEqual(strings(await child.communicate()), ['early\ninput\nlate\n', 'trouble\n']);
      assert.equal(child.returncode, 0);
    },
  );

  test(
    'leave no descriptor, whether the child starts or not',
    {
      skip: !linux && 'needs /proc',
    },
    async () => {
      const open = (): string[] => readdirSync('/proc/self/fd');
      const wanted = { ...piped, stderr: STDOUT } as const;
      const child = await createSubprocessExec('cat', [], wanted);
      await child.communicate('x');
      await nothingLeft();
      const before = open();
      await (await createSubprocessExec('cat', [], wanted)).communicate('x');
      for (const start of [
        () => createSubprocessExec('no-such-program', [], wanted),
        () => createSubprocessExec('true', ['x'.repeat(3_000_000)], wanted),
        () => createSubprocessExec('true', ['\0'], wanted),
      ]) {
        await rejects(start(), () => true);
      }
      const aborted = createSubprocessExec('cat', [], { ...wanted, signal: AbortSignal.abort() });
      await rejects(aborted, () => true);
      const cancelled = createTask(createSubprocessExec('cat', [], wanted), { eagerStart: true });
      cancelled.cancel();
      await rejects(cancelled, (error) => error instanceof CancelledError);
      await nothingLeft();
      assert.equal(open().length, before.length);
    },
  );

  test(
    'a child gets no other descriptor of this process',
    { skip: !linux && 'needs /proc' },
    async () => {
      const other = await createSubprocessExec('cat', [], piped);
      const list = ['/proc/self/fd'];
      const child = await createSubprocessExec('ls', list, { ...piped, stderr: STDOUT });
      const [output] = await child.communicate();
      await other.communicate();
      // Some this process may have inherited itself.
      assert.equal(String(output), spawnSync('ls', list, { encoding: 'utf8' }).stdout);
    },
  );
});

suite('what cannot be run', { skip: process.platform === 'win32' && 'needs POSIX' }, () => {
  afterEach(nothingLeft);

  test('is a ProcessError with the system’s code, wherever Node says so', async () => {
    const cases: [string, string[], SubprocessStreamsOptions, string, RegExp][] = [
      ['/etc/passwd/x', [], {}, 'ENOTDIR', /folder/],
      ['true', [], { cwd: '/etc/passwd' }, 'ENOTDIR', /folder.*\/etc\/passwd/],
      ['true', [], { cwd: '/no/such' }, 'ENOENT', /no folder \/no\/such/],
      ['true', ['x'.repeat(3_000_000)], {}, 'E2BIG', /longer than the system allows/],
      ['true', [], { env: { LONG: 'x'.repeat(3_000_000) } }, 'E2BIG', /environment/],
      [`/${'x'.repeat(5000)}`, [], {}, 'ENAMETOOLONG', /name/],
      ['true', [], { stdout: 9999 }, 'EBADF', /descriptor/],
    ];
    for (const [program, args, options, code, message] of cases) {
      for (const stderr of [PIPE, STDOUT] as const) {
        const start = createSubprocessExec(program, args, { stdout: PIPE, stderr, ...options });
        await rejects(start, (error) => {
          assert.deepEqual(
            [(error as ProcessError).name, (error as ProcessError).code],
            ['ProcessError', code],
          );
          assert.match((error as ProcessError).message, message);
          return true;
        });
      }
    }
  });

  test('is an InvalidArgumentError if the system was not asked', async () => {
    const bad: [string, string[], unknown][] = [
      ['tr\0ue', [], {}],
      ['true', ['a\0'], {}],
      ['true', [], { env: { A: '\0' } }],
      ['true', [], { stdout: 'elsewhere' }],
      ['true', [], { uid: 2 ** 31 }],
    ];
    for (const [program, args, options] of bad) {
      await rejects(
        createSubprocessExec(program, args, options as SubprocessStreamsOptions),
        (error) => (error as { code?: unknown }).code === 'ERR_INVALID_ARGUMENT',
      );
    }
    const child = await createSubprocessExec('cat', [], { stdin: PIPE });
    assert.throws(() => child.sendSignal('SIGNOTHING' as NodeJS.Signals), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /a signal, .* got "SIGNOTHING"/,
    });
    await child.communicate();
  });

  test(
    'a signal that is not permitted is EPERM, and not the end of the process',
    {
      skip: process.getuid?.() !== 0 && 'needs another user',
    },
    () => {
      const said = printed(
        'createSubprocessExec, DEVNULL',
        `const child = await createSubprocessExec('sleep', ['1000'], { stdout: DEVNULL, stderr: DEVNULL });
       process.setuid(65534);
       try { child.kill(); } catch (error) { console.log(child.pid, error.name, error.code, child.returncode); }
       process.exit();`,
      );
      const [pid, ...rest] = said.trim().split(' ');
      process.kill(Number(pid), 'SIGKILL');
      assert.deepEqual(rest, ['ProcessError', 'EPERM', 'undefined']);
    },
  );
});
