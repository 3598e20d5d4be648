import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, suite, test } from 'node:test';

import { createTask, sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Future } from '../../src/future/future.ts';
import { main } from '../../src/hub/main.ts';
import { wait } from '../../src/hub/wait.ts';
import {
  createSubprocessExec,
  createSubprocessShell,
  subprocessExec,
  subprocessShell,
} from '../../src/io/process/subprocess.ts';
import { DEVNULL, PIPE, STDOUT } from '../../src/io/process/child-streams.ts';
import type { ProcessError } from '../../src/io/process/process-error.ts';
import type { SubprocessProtocol } from '../../src/io/transport/protocol.ts';
import type { SubprocessTransport } from '../../src/io/process/subprocess-transport.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';

const piped = { stdin: PIPE, stdout: PIPE, stderr: PIPE } as const;
const strings = (buffers: (Buffer | undefined)[]): string[] => buffers.map(String);

suite('subprocesses', { skip: process.platform === 'win32' && 'needs a POSIX shell' }, () => {
  afterEach(nothingLeft);

  test('communicate gives input, and gets both outputs and the return code', async () => {
    const child = await createSubprocessShell('tr a-z A-Z; echo trouble >&2; exit 3', piped);
    assert.equal(child.returncode, undefined);
    assert.deepEqual(strings(await child.communicate('some input')), ['SOME INPUT', 'trouble\n']);
    assert.equal(child.returncode, 3);
    assert.equal(await child.wait(), 3);
  });

  test('communicate with more than any pipe holds does not block', async () => {
    const input = Buffer.alloc(1_000_000, 'abcdefg\n');
    const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
    const [output] = await child.communicate(input);
    assert.equal(output?.equals(input), true);
  });

  test('a child that does not read its input is no error', async () => {
    const child = await createSubprocessExec('true', [], { stdin: PIPE });
    assert.deepEqual(await child.communicate(Buffer.alloc(1_000_000)), [undefined, undefined]);
    assert.equal(child.returncode, 0);
  });

  test('its streams are streams: line by line, while it runs', async () => {
    const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
    const lines: string[] = [];
    for (const line of ['one\n', 'two\n']) {
      child.stdin.write(line);
      await child.stdin.drain();
      lines.push(String(await child.stdout.readline()));
    }
    child.stdin.close();
    assert.equal(String(await child.stdout.read()), '');
    assert.deepEqual(lines, ['one\n', 'two\n']);
    assert.equal(await child.wait(), 0);
  });

  test('arguments are passed as they are; cwd and env are the child’s', async () => {
    const child = await createSubprocessExec('sh', ['-c', 'echo "$1|$NAME|$PWD"', 'sh', '$x "'], {
      stdout: PIPE,
      cwd: '/',
      env: { NAME: 'value', PATH: process.env['PATH'] },
    });
    assert.deepEqual(strings(await child.communicate()), ['$x "|value|/\n', 'undefined']);
  });

  test('stderr goes where stdout goes, in order', async () => {
    const line = 'echo 1; echo 2 >&2; echo 3';
    for (const child of [
      await createSubprocessShell(line, { stdout: PIPE, stderr: STDOUT }),
      await createSubprocessExec('sh', ['-c', line], { stdout: PIPE, stderr: STDOUT }),
    ]) {
      assert.deepEqual(strings(await child.communicate()), ['1\n2\n3\n', 'undefined']);
    }
    const silent = await createSubprocessShell(line, { stdout: DEVNULL, stderr: STDOUT });
    assert.equal(await silent.wait(), 0);
  });

  test('a signal that ends it is a negative return code', async () => {
    for (const [end, returncode] of [
      ['kill', -9],
      ['terminate', -15],
    ] as const) {
      const child = await createSubprocessExec('sleep', ['1000']);
      child[end]();
      assert.equal(await child.wait(), returncode);
    }
    const child = await createSubprocessExec('sleep', ['1000']);
    child.sendSignal('SIGINT');
    assert.equal(await child.wait(), -2);
    assert.throws(() => child.kill(), { name: 'ProcessError', code: 'ESRCH' });
  });

  test('cancelling wait or communicate leaves the child running', async () => {
    const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
    const waiting = createTask(child.wait());
    await sleep(0);
    waiting.cancel();
    await rejects(waiting, (error) => error instanceof CancelledError);
    const controller = new AbortController();
    const aborted = createTask(child.wait({ signal: controller.signal }));
    await sleep(0);
    controller.abort(new Error('enough'));
    await rejects(aborted, (error) => (error as Error).message === 'enough');
    assert.equal(child.returncode, undefined);
    assert.deepEqual(strings(await child.communicate('still here')), ['still here', 'undefined']);
  });

  test(
    'a child that ends before anybody listens is heard to the end',
    { skip: process.platform !== 'linux' && 'needs /proc' },
    async () => {
      const starting = createTask(createSubprocessShell('echo quick; exit 5', { stdout: PIPE }), {
        eagerStart: true,
      });
      // Stands still until the child has ended, so that Node tells of the end as soon as it tells anything.
      const children = `/proc/self/task/${process.pid}/children`;
      const [pid] = readFileSync(children, 'utf8').trim().split(' ').slice(-1);
      while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) {
        // Looks again.
      }
      const child = await starting;
      assert.deepEqual(strings(await child.communicate()), ['quick\n', 'undefined']);
      assert.equal(child.returncode, 5);
    },
  );

  test('a program that cannot be run is named', async () => {
    const cases: [() => PromiseLike<unknown>, string][] = [
      [() => createSubprocessExec('no-such-program'), 'ENOENT'],
      [
        () => createSubprocessExec('no-such-program', [], { stdout: PIPE, stderr: STDOUT }),
        'ENOENT',
      ],
      [() => createSubprocessExec('/etc/passwd'), 'EACCES'],
      [() => createSubprocessExec('true', [], { cwd: '/no/such/folder' }), 'ENOENT'],
    ];
    for (const [start, expected] of cases) {
      await rejects(start(), (error) => {
        const { name, code, program, message } = error as ProcessError;
        assert.deepEqual([name, code], ['ProcessError', expected]);
        assert.ok(message.includes(program));
        return true;
      });
    }
  });

  test('a start that is cancelled or aborted leaves no child', async () => {
    const start = (signal?: AbortSignal) => createSubprocessExec('sleep', ['1000'], { signal });
    const task = createTask(start(), { eagerStart: true });
    task.cancel();
    await rejects(task, (error) => error instanceof CancelledError);
    const controller = new AbortController();
    const aborted = createTask(start(controller.signal), { eagerStart: true });
    controller.abort(new Error('no more'));
    await rejects(aborted, (error) => (error as Error).message === 'no more');
  });

  test('what is no pipe has no stream, and takes no input', async () => {
    const child = await createSubprocessExec('true');
    assert.throws(() => child.stdout, /start it with `stdout: PIPE`/);
    assert.throws(() => child.stdin, /start it with `stdin: PIPE`/);
    await rejects(child.communicate('x'), (error) => (error as Error).message.includes('no pipe'));
    assert.equal(await child.wait(), 0);
  });

  test(
    'greenlets use it as blocking code',
    { skip: stackInfo().backend === 'off' && 'needs stacks' },
    () =>
      main(() => {
        const child = wait(createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE }));
        assert.deepEqual(strings(wait(child.communicate('blocking'))), ['blocking', 'undefined']);
      }),
  );
});

class Recorder implements SubprocessProtocol {
  readonly events: string[] = [];
  readonly ended = new Future<void>();
  readonly received: Record<number, string> = { 1: '', 2: '' };
  transport!: SubprocessTransport;

  connectionMade(transport: SubprocessTransport): void {
    this.transport = transport;
    this.events.push('made');
  }

  pipeDataReceived(fd: number, data: Buffer): void {
    this.received[fd] += String(data);
  }

  pipeConnectionLost(fd: number): void {
    this.events.push(`pipe ${fd} lost`);
  }

  processExited(): void {
    this.events.push(`exited ${this.transport.getReturncode()}`);
  }

  connectionLost(): void {
    this.events.push('lost');
    this.ended.setResult();
  }
}

suite(
  'subprocess protocols',
  { skip: process.platform === 'win32' && 'needs a POSIX shell' },
  () => {
    afterEach(nothingLeft);

    test('hear of the start first, of the end last, of pipes and exit in between', async () => {
      const [transport, child] = await subprocessShell(
        () => new Recorder(),
        'read line; echo "out $line"; echo err >&2; exit 7',
      );
      transport.getPipeTransport(0)!.write('line\n');
      await child.ended;
      assert.equal(child.events[0], 'made');
      assert.equal(child.events.at(-1), 'lost');
      assert.deepEqual(child.events.slice(1, -1).toSorted(), [
        'exited 7',
        'pipe 0 lost',
        'pipe 1 lost',
        'pipe 2 lost',
      ]);
      assert.deepEqual(child.received, { 1: 'out line\n', 2: 'err\n' });
    });

    test('close kills a process that still runs', async () => {
      const [transport, child] = await subprocessExec(() => new Recorder(), 'sleep', ['1000']);
      assert.ok(transport.getPid() > 0);
      transport.close();
      transport.close();
      await child.ended;
      assert.equal(transport.getReturncode(), -9);
      assert.equal(child.events.at(-1), 'lost');
    });
  },
);
