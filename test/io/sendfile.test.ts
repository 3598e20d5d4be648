import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';

import { createTask } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Future } from '../../src/future/future.ts';
import { ConnectionError } from '../../src/io/connect/connection-error.ts';
import { createConnection } from '../../src/io/connect/create-connection.ts';
import { createServer } from '../../src/io/serve/create-server.ts';
import { sendfile } from '../../src/io/file/sendfile.ts';
import { SendfileNotAvailableError } from '../../src/io/file/sendfile-not-available-error.ts';
import type { Transport } from '../../src/io/transport/transport.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';
import { Recorder } from './recorder.ts';

const HOST = '127.0.0.1';
const folder = mkdtempSync(join(tmpdir(), 'greenroom-sendfile-'));
const path = join(folder, 'file');
/** More than two blocks, and more than the kernel takes of a connection that nobody reads. */
const SIZE = 12_345_678;
const content = Buffer.alloc(SIZE, 'abcdefghijklmnopqrstuvwxyz0123456789\n');

/** The two ends of a connection: the one that sends, and the one that receives. */
async function pair(): Promise<[sender: Recorder, receiver: Recorder]> {
  const made = new Future<void>();
  class Accepted extends Recorder {
    override connectionMade(transport: Transport): void {
      super.connectionMade(transport);
      made.setResult();
    }
  }
  const receiver = new Accepted();
  const server = await createServer(() => receiver, HOST, 0);
  const [, sender] = await createConnection(() => new Recorder(), HOST, server.port);
  await made;
  server.close();
  return [sender, receiver];
}

async function closed(sender: Recorder, receiver: Recorder): Promise<void> {
  sender.transport.close();
  await sender.lost;
  await receiver.lost;
}

suite('sendfile', () => {
  let file: FileHandle;
  before(async () => {
    writeFileSync(path, content);
    file = await open(path);
  });
  after(async () => {
    await file.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(nothingLeft);

  test('sends the whole file, of which the protocol is told nothing', async () => {
    const [sender, receiver] = await pair();
    assert.equal(await sendfile(sender.transport, file), SIZE);
    assert.equal(sender.transport.getProtocol(), sender);
    sender.transport.write('the end');
    await closed(sender, receiver);
    assert.ok(receiver.received === `${content.toString('latin1')}the end`);
    assert.deepEqual(
      sender.events.filter((event) => event !== 'pause' && event !== 'resume'),
      ['made', 'lost'],
    );
  });

  test('sends a part, and what there is where the file ends before', async () => {
    const [sender, receiver] = await pair();
    const fd = openSync(path, 'r');
    const { transport } = sender;
    assert.equal(await sendfile(transport, fd, { offset: 3, count: 300_000 }), 300_000);
    assert.equal(await sendfile(transport, file, { offset: SIZE - 5, count: 100 }), 5);
    assert.equal(await sendfile(transport, file, { offset: SIZE }), 0);
    await closed(sender, receiver);
    const expected = Buffer.concat([content.subarray(3, 300_003), content.subarray(SIZE - 5)]);
    assert.ok(receiver.received === expected.toString('latin1'));
    closeSync(fd);
  });

  test('waits for a reader that is slow, and keeps no more than a block', async () => {
    const [sender, receiver] = await pair();
    receiver.transport.pauseReading();
    const task = createTask(sendfile(sender.transport, file), { eagerStart: true });
    while (!(sender.transport.getWriteBufferSize() > 65_536)) await new Promise(setImmediate);
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);
    assert.equal(task.done(), false);
    assert.ok(sender.transport.getWriteBufferSize() <= 65_536 + 256 * 1024);
    assert.equal(sender.transport.isReading(), false);
    await rejects(sendfile(sender.transport, file), {
      code: 'ERR_INVALID_STATE',
      message: /Another sendfile\(\) is under way/,
    });
    receiver.transport.resumeReading();
    assert.equal(await task, SIZE);
    assert.equal(sender.transport.isReading(), true);
    await closed(sender, receiver);
    assert.equal(receiver.received.length, SIZE);
  });

  test('the protocol knows afterwards whether it may write, whatever it knew before', async () => {
    const [sender, receiver] = await pair();
    receiver.transport.pauseReading();
    // It is told of this pause itself.
    sender.transport.write(content);
    const task = createTask(sendfile(sender.transport, file, { count: 10 }), { eagerStart: true });
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
    assert.equal(task.done(), false);
    assert.deepEqual(sender.events, ['made', 'pause']);
    receiver.transport.resumeReading();
    await task;
    assert.deepEqual(sender.events, ['made', 'pause', 'resume']);
    // And of this one when the file is sent, because it may write again.
    await receiver.has(content.toString('latin1', 0, 10));
    receiver.transport.pauseReading();
    sender.transport.setWriteBufferLimits({ high: 0 });
    let last: string | undefined;
    while (last !== 'pause') {
      await sendfile(sender.transport, file, { count: 200_000 });
      last = sender.events.at(-1);
    }
    receiver.transport.resumeReading();
    while (sender.events.at(-1) !== 'resume') await new Promise(setImmediate);
    await closed(sender, receiver);
  });

  test('a peer that goes away is a ConnectionError, and the protocol is told, too', async () => {
    const [sender, receiver] = await pair();
    receiver.transport.pauseReading();
    const task = createTask(sendfile(sender.transport, file), { eagerStart: true });
    while (!(sender.transport.getWriteBufferSize() > 65_536)) await new Promise(setImmediate);
    receiver.transport.abort();
    await rejects(task, (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.match(error.code, /ECONNRESET|EPIPE/);
      return true;
    });
    await sender.lost;
    assert.match(sender.events.at(-1)!, /^lost: (ECONNRESET|EPIPE)$/);
    assert.equal(sender.transport.getProtocol(), sender);
    await receiver.lost;
  });

  test('a transport that is closed meanwhile is a ConnectionError, not the end of the file', async () => {
    for (const how of ['close', 'abort'] as const) {
      const [sender, receiver] = await pair();
      receiver.transport.pauseReading();
      const task = createTask(sendfile(sender.transport, file), { eagerStart: true });
      while (!(sender.transport.getWriteBufferSize() > 65_536)) await new Promise(setImmediate);
      sender.transport[how]();
      receiver.transport.resumeReading();
      await rejects(task, { name: 'ConnectionError', code: 'ECONNRESET' });
      await sender.lost;
      await receiver.lost;
      assert.ok(receiver.received.length < SIZE);
    }
  });

  test('cancelled or aborted, it gives the connection back, which is open', async () => {
    for (const how of ['cancel', 'abort']) {
      const [sender, receiver] = await pair();
      receiver.transport.pauseReading();
      const controller = new AbortController();
      const { signal } = controller;
      const task = createTask(sendfile(sender.transport, file, { signal }), { eagerStart: true });
      while (!(sender.transport.getWriteBufferSize() > 65_536)) await new Promise(setImmediate);
      if (how === 'cancel') task.cancel();
      else controller.abort(new RangeError('no more'));
      await rejects(
        task,
        (error) => error instanceof (how === 'cancel' ? CancelledError : RangeError),
      );
      assert.equal(sender.transport.getProtocol(), sender);
      assert.equal(sender.transport.isReading(), true);
      // It knows that it has to wait, and then that it need not.
      assert.deepEqual(sender.events, ['made', 'pause']);
      receiver.transport.resumeReading();
      while (!sender.events.includes('resume')) await new Promise(setImmediate);
      sender.transport.write('after that');
      await closed(sender, receiver);
      assert.ok(receiver.received.endsWith('after that'));
    }
  });

  test('an error of the file is that of sendfile, and leaves the connection open', async () => {
    const [sender, receiver] = await pair();
    await rejects(sendfile(sender.transport, 12_345), { code: 'EBADF' });
    sender.transport.write('still here');
    await receiver.has('still here');
    await closed(sender, receiver);
  });

  test('refuses what makes no sense, and quotes it', async () => {
    const [sender, receiver] = await pair();
    const { transport } = sender;
    const cases: [PromiseLike<unknown>, RegExp][] = [
      [sendfile(transport, file, { offset: -1 }), /`offset` to be .* got -1/],
      [sendfile(transport, file, { count: 0 }), /`count` to be .* got 0/],
      [sendfile(transport, file, { count: -3 }), /`count` to be .* got -3/],
      [sendfile(transport, path as never), /`file` to be a FileHandle/],
      [sendfile({} as Transport, file), /a transport made by this library.*got an object/],
    ];
    for (const [call, message] of cases) {
      await rejects(call, { code: 'ERR_INVALID_ARGUMENT', message });
    }
    await rejects(sendfile(transport, file, { fallback: false }), (error) => {
      assert.ok(error instanceof SendfileNotAvailableError);
      assert.equal(error.code, 'ERR_SENDFILE_NOT_AVAILABLE');
      return true;
    });
    const signal = AbortSignal.abort(new Error('no'));
    await rejects(sendfile(transport, file, { signal }), { message: 'no' });
    transport.close();
    await rejects(sendfile(transport, file), { code: 'ERR_INVALID_STATE', message: /is closing/ });
    await closed(sender, receiver);
  });
});
