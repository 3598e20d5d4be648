import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';

import { loadAddon } from '../../src/addon/addon.ts';
import { DescriptorError, type EventLoop, Future, newEventLoop } from '../../src/public/asyncio.ts';
import { runProgram } from '../programs/run-program.ts';

const withAddon = !('missing' in loadAddon());
const folder = mkdtempSync(join(tmpdir(), 'greenroom-fds-'));
after(() => rmSync(folder, { recursive: true }));

let pipes = 0;

/** Both ends of a pipe. */
function openPipe(): [reading: number, writing: number] {
  const path = join(folder, `pipe${++pipes}`);
  execFileSync('mkfifo', [path]);
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  return [openSync(path, O_RDONLY | O_NONBLOCK), openSync(path, O_WRONLY | O_NONBLOCK)];
}

function readText(fd: number, length: number = 100): string {
  const buffer = Buffer.alloc(length);
  return buffer.toString('utf8', 0, readSync(fd, buffer));
}

/** A loop, and a function that gives what the next call of its callback does. */
function open(): { loop: EventLoop; next: () => Future<string>; tell: (text: string) => void } {
  let waiting: Future<string> | undefined;
  return {
    loop: newEventLoop(),
    next: () => (waiting = new Future<string>()),
    tell: (text) => waiting?.done() === false && waiting.setResult(text),
  };
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

suite('a reader', { skip: withAddon ? false : 'needs the addon' }, () => {
  test('is called when there is something to read, again while there is, and not after it was removed', async () => {
    const { loop, next, tell } = open();
    const [reading, writing] = openPipe();
    let called = 0;
    loop.addReader(
      reading,
      (prefix: string) => {
        called++;
        tell(prefix + readText(reading, 3));
      },
      'got ',
    );
    await turns(5);
    assert.equal(called, 0);
    const first = next();
    writeSync(writing, 'abcdef');
    assert.equal(await first, 'got abc');
    assert.equal(await next(), 'got def');
    await turns(5);
    assert.equal(called, 2);
    const second = next();
    writeSync(writing, 'g');
    assert.equal(await second, 'got g');
    assert.equal(loop.removeReader(reading), true);
    assert.equal(loop.removeReader(reading), false);
    writeSync(writing, 'h');
    await turns(5);
    assert.equal(called, 3);
    closeSync(reading);
    closeSync(writing);
    loop.close();
  });

  test('is called at the end of the file', async () => {
    const { loop, next, tell } = open();
    const [reading, writing] = openPipe();
    loop.addReader({ fd: reading }, () => tell(readText(reading)));
    const end = next();
    closeSync(writing);
    assert.equal(await end, '');
    loop.removeReader({ fd: reading });
    closeSync(reading);
    loop.close();
  });

  test('takes the place of the one before', async () => {
    const { loop, next, tell } = open();
    const [reading, writing] = openPipe();
    loop.addReader(reading, () => tell('first'));
    loop.addReader(reading, () => {
      readText(reading);
      tell('second');
    });
    const told = next();
    writeSync(writing, 'x');
    assert.equal(await told, 'second');
    loop.close();
    closeSync(reading);
    closeSync(writing);
  });

  test("works on a socket's descriptor, which Node watches as well", async () => {
    const { loop, next, tell } = open();
    // Node does not read from it: it only has it.
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = connect(port, '127.0.0.1');
    const peer = await accepted;
    const { fd } = (peer as unknown as { _handle: { fd: number } })._handle;
    const told = next();
    loop.addReader(fd, () => {
      tell(readText(fd));
      loop.removeReader(fd);
    });
    client.write('hello');
    assert.equal(await told, 'hello');
    client.destroy();
    peer.destroy();
    await new Promise((resolve) => server.close(resolve));
    loop.close();
  });

  test('that throws is reported', async () => {
    const { loop, next, tell } = open();
    const [reading, writing] = openPipe();
    loop.setExceptionHandler((_loop, { message, exception }) =>
      tell(`${message}: ${(exception as Error).message}`),
    );
    loop.addReader(reading, function onReadable() {
      loop.removeReader(reading);
      throw new RangeError('in the reader');
    });
    const told = next();
    writeSync(writing, 'x');
    assert.equal(await told, 'Exception in callback onReadable: in the reader');
    loop.close();
    closeSync(reading);
    closeSync(writing);
  });

  test('keeps the process alive, ends with a Worker, and is gone when its loop is closed', async () => {
    const { code, stdout, stderr } = await runProgram('descriptor-ends');
    assert.deepEqual([code, stdout, stderr], [0, 'worker ended 1\nread x\nexit\n', '']);
  });
});

suite('a writer', { skip: withAddon ? false : 'needs the addon' }, () => {
  test('is called while there is room, beside a reader of the same descriptor', async () => {
    const { loop, next, tell } = open();
    const [reading, writing] = openPipe();
    loop.addWriter(writing, () => tell('room'));
    assert.equal(await next(), 'room');
    const chunk = Buffer.alloc(4096);
    assert.throws(() => {
      for (;;) writeSync(writing, chunk);
    }, /EAGAIN/);
    await turns(2);
    const told = next();
    await turns(5);
    assert.equal(told.done(), false);
    readSync(reading, Buffer.alloc(65536));
    assert.equal(await told, 'room');
    assert.equal(loop.removeWriter(writing), true);
    assert.equal(loop.removeWriter(writing), false);
    loop.close();
    closeSync(reading);
    closeSync(writing);
  });
});

suite('a descriptor that cannot be watched', () => {
  test('is an error that says why', { skip: withAddon ? false : 'needs the addon' }, () => {
    const loop = newEventLoop();
    assert.throws(
      () => loop.addReader(12345, () => 1),
      (error) =>
        error instanceof DescriptorError &&
        error.code === 'ERR_DESCRIPTOR' &&
        error.fd === 12345 &&
        error.message ===
          'Cannot watch descriptor 12345: bad file descriptor (EBADF); it is not open',
    );
    const file = openSync(new URL(import.meta.url), 'r');
    assert.throws(
      () => loop.addReader(file, () => 1),
      /operation not permitted \(EPERM\); regular files and folders are always ready/,
    );
    closeSync(file);
    loop.close();
    assert.throws(() => loop.addReader(0, () => 1), /closed/);
  });

  test('as is what is none', () => {
    const loop = newEventLoop();
    assert.throws(() => loop.addReader(-1, () => 1), /`fd` to be a whole number from 0/);
    assert.throws(() => loop.addWriter('1' as never, () => 1), /`fd`.*got "1"/);
    assert.throws(() => loop.addReader(0, 5 as never), /`fn` to be a function, got 5/);
    assert.equal(loop.removeReader(0), false);
  });

  test('without the addon nothing can be watched', async () => {
    const { stdout } = await runProgram('descriptor-ends', { env: { GREENROOM_STACKS: 'off' } });
    assert.match(
      stdout,
      /^Cannot watch descriptor \d+: that is done by the addon, and GREENROOM_STACKS=off forbids stacks\. Use a stream of Node's/,
    );
  });
});
