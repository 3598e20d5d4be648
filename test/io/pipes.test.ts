import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { root, sourceFlags } from '../../scripts/run.ts';
import { loadAddon } from '../../src/addon/addon.ts';
import { createTask } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { main } from '../../src/hub/main.ts';
import { wait } from '../../src/hub/wait.ts';
import type { ConnectionError } from '../../src/io/connect/connection-error.ts';
import { connectReadPipe, connectWritePipe } from '../../src/io/pipe/connect-pipe.ts';
import type { PipeLike } from '../../src/io/pipe/pipe-socket.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';
import { Recorder } from './recorder.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-pipes-'));
after(() => rmSync(folder, { recursive: true }));

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
const withAddon = !('missing' in loadAddon());
let pipes = 0;

/** Both ends of a pipe. */
function openPipe(): [reading: number, writing: number] {
  const path = join(folder, `pipe${++pipes}`);
  execFileSync('mkfifo', [path]);
  return [openSync(path, O_RDONLY | O_NONBLOCK), openSync(path, O_WRONLY | O_NONBLOCK)];
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

suite('pipes', { skip: process.platform === 'win32' && 'needs FIFOs' }, () => {
  afterEach(nothingLeft);

  test('from one end to the other: all of it in order, then the end, then lost', async () => {
    const [reading, writing] = openPipe();
    const [input, reader] = await connectReadPipe(() => new Recorder(), reading);
    const [output, writer] = await connectWritePipe(() => new Recorder(), { fd: writing });
    assert.equal(input.getExtraInfo('pipe'), reading);
    assert.deepEqual(output.getExtraInfo('pipe'), { fd: writing });
    const sent = 'one two '.repeat(100_000);
    output.write(sent);
    output.close();
    assert.equal(await reader.lost, undefined);
    assert.equal(await writer.lost, undefined);
    assert.ok(reader.received === sent);
    assert.deepEqual(reader.events, ['made', 'data', 'eof', 'lost']);
    assert.deepEqual([isOpen(reading), isOpen(writing)], [false, false]);
  });

  test('a writer is told to pause above the high-water mark, and to resume when it is read', async () => {
    const [reading, writing] = openPipe();
    const [input, reader] = await connectReadPipe(() => new Recorder(), reading);
    const [output, writer] = await connectWritePipe(() => new Recorder(), writing);
    input.pauseReading();
    output.write(Buffer.alloc(1_000_000, 'x'));
    assert.deepEqual(writer.events, ['made', 'pause']);
    input.resumeReading();
    while (!writer.events.includes('resume')) await new Promise(setImmediate);
    output.writeEof();
    await writer.lost;
    await reader.lost;
    assert.equal(reader.received.length, 1_000_000);
    assert.deepEqual(writer.events, ['made', 'pause', 'resume', 'lost']);
  });

  test(
    'a writer with nothing to send is told when the reader goes away',
    { skip: !withAddon && 'needs the addon' },
    async () => {
      const [reading, writing] = openPipe();
      const [, writer] = await connectWritePipe(() => new Recorder(), writing);
      closeSync(reading);
      assert.equal(await writer.lost, undefined);
      assert.deepEqual(writer.events, ['made', 'lost']);
      assert.equal(isOpen(writing), false);
    },
  );

  test(
    'a writer whose reader has gone before is told so, after it is made',
    { skip: !withAddon && 'needs the addon' },
    async () => {
      const [reading, writing] = openPipe();
      closeSync(reading);
      const [, writer] = await connectWritePipe(() => new Recorder(), writing);
      await writer.lost;
      assert.deepEqual(writer.events, ['made', 'lost']);
    },
  );

  test('a reader that goes away before all is sent is an error, EPIPE', async () => {
    const [reading, writing] = openPipe();
    const [output, writer] = await connectWritePipe(() => new Recorder(), writing);
    output.write(Buffer.alloc(1_000_000));
    closeSync(reading);
    const error = (await writer.lost) as ConnectionError;
    assert.equal(error.code, 'EPIPE');
    assert.match(error.message, new RegExp(`the pipe of descriptor ${writing}: the other side`));
    assert.deepEqual(writer.events, ['made', 'pause', 'lost: EPIPE']);
  });

  test('the end closes a reading pipe, also when eofReceived asks to keep it open', async () => {
    const child = spawn('sh', ['-c', 'echo hello'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [, reader] = await connectReadPipe(() => new Recorder(true), child.stdout as Socket);
    assert.equal(await reader.lost, undefined);
    assert.equal(reader.received, 'hello\n');
    assert.deepEqual(reader.events, ['made', 'data', 'eof', 'lost']);
  });

  test('both ends of a socket: its data is not the writer’s, and its end is', async () => {
    const child = spawn('sh', ['-c', 'read line; echo "$line" >&0; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const [output, writer] = await connectWritePipe(() => new Recorder(), child.stdin as Socket);
    const [, reader] = await connectReadPipe(() => new Recorder(), child.stdout as Socket);
    output.write('back to you\n');
    output.write('round about\n');
    await reader.has('round about\n');
    assert.deepEqual(writer.events, ['made']);
    child.kill();
    assert.equal(await writer.lost, undefined);
    assert.deepEqual(writer.events, ['made', 'lost']);
    await reader.lost;
  });

  for (const how of ['descriptors', 'sockets']) {
    test(`standard input and output are pipes, too, as ${how}, and do not keep the process`, async () => {
      const program = fileURLToPath(new URL('fixtures/echo-pipes.ts', import.meta.url));
      const args = [...sourceFlags, program, ...(how === 'sockets' ? ['-s'] : [])];
      const child = spawn(process.execPath, args, {
        cwd: root,
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      });
      const [, reader] = await connectReadPipe(() => new Recorder(), child.stdout as Socket);
      child.stdin.write('some text ');
      await reader.has('SOME TEXT ');
      child.stdin.end();
      await reader.lost;
      assert.equal(reader.received, 'SOME TEXT END');
    });
  }

  test('a reading pipe refuses to be written to', async () => {
    const [reading, writing] = openPipe();
    const [input, reader] = await connectReadPipe(() => new Recorder(), reading);
    assert.equal(input.canWriteEof(), false);
    assert.throws(() => input.write('x'), {
      code: 'ERR_INVALID_STATE',
      message: /use `connectWritePipe`/,
    });
    assert.throws(() => input.writeEof(), { code: 'ERR_INVALID_STATE' });
    input.close();
    await reader.lost;
    closeSync(writing);
  });

  test('an aborted or cancelled connection leaves no descriptor; one aborted before leaves it as it was', async () => {
    for (const connect of [connectReadPipe, connectWritePipe]) {
      const [reading, writing] = openPipe();
      const [own, other] = connect === connectReadPipe ? [reading, writing] : [writing, reading];
      await rejects(
        connect(() => new Recorder(), own, { signal: AbortSignal.abort(new Error('no')) }),
        (error) => (error as Error).message === 'no',
      );
      assert.equal(isOpen(own), true);
      const controller = new AbortController();
      const recorder = new Recorder();
      const { signal } = controller;
      const aborted = createTask(
        connect(() => recorder, own, { signal }),
        { eagerStart: true },
      );
      controller.abort(new Error('no more'));
      await rejects(aborted, (error) => (error as Error).message === 'no more');
      await recorder.lost;
      assert.equal(isOpen(own), false);
      closeSync(other);
      const [input, output] = openPipe();
      const cancelled = new Recorder();
      const task = createTask(
        connect(() => cancelled, connect === connectReadPipe ? input : output),
        { eagerStart: true },
      );
      task.cancel();
      await rejects(task, (error) => error instanceof CancelledError);
      await cancelled.lost;
      closeSync(connect === connectReadPipe ? output : input);
    }
  });

  test('work in a greenlet', { skip: !withAddon && 'needs stacks' }, () =>
    main(() => {
      const [reading, writing] = openPipe();
      const [, reader] = wait(connectReadPipe(() => new Recorder(), reading));
      writeSync(writing, 'hello');
      closeSync(writing);
      wait(reader.lost);
      assert.equal(reader.received, 'hello');
    }),
  );

  test('what is no pipe is refused, quoted, and left open', async () => {
    const file = openSync(import.meta.filename, 'r');
    const device = openSync('/dev/null', 'r+');
    const handle = await open(import.meta.filename);
    const cases: [pipe: unknown, message: RegExp][] = [
      [file, new RegExp(`got descriptor ${file}, which is a regular file`)],
      [{ fd: device }, new RegExp(`got descriptor ${device}, which is a device that is no term`)],
      [12_345, /got descriptor 12345, which is not open$/],
      [-1, /got -1$/],
      ['stdin', /got "stdin"$/],
      [undefined, /got undefined$/],
      [null, /got null$/],
      [{ fd: '1' }, /got an object whose `fd` is "1"$/],
      [handle, /got a FileHandle, .*fs\.openSync/],
    ];
    for (const [pipe, message] of cases) {
      for (const connect of [connectReadPipe, connectWritePipe]) {
        await rejects(
          connect(() => new Recorder(), pipe as PipeLike),
          {
            code: 'ERR_INVALID_ARGUMENT',
            message,
          },
        );
      }
    }
    assert.equal(readSync(file, Buffer.alloc(1)), 1);
    closeSync(file);
    closeSync(device);
    await handle.close();
    await rejects(connectReadPipe(7 as never, 0), { message: /`protocolFactory`.* got 7/ });
  });

  test('a factory that throws leaves the pipe as it was', async () => {
    const [reading, writing] = openPipe();
    const failure = new Error('of the factory');
    await rejects(
      connectReadPipe(() => {
        throw failure;
      }, reading),
      (error) => error === failure,
    );
    writeSync(writing, 'x');
    assert.equal(readSync(reading, Buffer.alloc(9)), 1);
    closeSync(reading);
    closeSync(writing);
  });
});
