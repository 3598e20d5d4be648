import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, existsSync, rmSync } from 'node:fs';
import { createServer as createNodeServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, suite, test } from 'node:test';

import { createTask, sleep } from '../../src/public/asyncio.ts';
import { Future } from '../../src/future/future.ts';
import type { BufferedProtocol, StreamingProtocol } from '../../src/io/transport/protocol.ts';
import {
  connectAcceptedSocket,
  createConnection,
  createUnixConnection,
} from '../../src/io/connect/create-connection.ts';
import { DirectHandle } from '../../src/io/fast/direct-handle.ts';
import type { ConnectionError } from '../../src/io/connect/connection-error.ts';
import { createServer, createUnixServer } from '../../src/io/serve/create-server.ts';
import { openUnixConnection, startUnixServer } from '../../src/io/streams/streams.ts';
import type { Server } from '../../src/io/serve/server.ts';
import type { Transport } from '../../src/io/transport/transport.ts';
import { getLoop } from '../../src/public/loop.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';
import { Recorder } from './recorder.ts';

const HOST = '127.0.0.1';

interface Pair<C, S> {
  client: C;
  server: S;
  listening: Server;
}

/** A client and the server's end of its connection, both told already. */
async function pair<C extends StreamingProtocol, S extends StreamingProtocol>(
  client: C,
  server: S,
): Promise<Pair<C, S>> {
  const accepted = new Future<void>();
  const made = server.connectionMade?.bind(server);
  server.connectionMade = (transport: Transport): void => {
    made?.(transport);
    accepted.setResult();
  };
  const listening = await createServer(() => server, HOST, 0);
  await createConnection(() => client, HOST, listening.port);
  await accepted;
  listening.close();
  return { client, server, listening };
}

suite('a protocol that cannot be made', () => {
  afterEach(nothingLeft);

  test('costs its own connection, and is told as what went wrong with that', async () => {
    const heard: unknown[] = [];
    let count = 0;
    const second = new Recorder();
    const listening = await createServer(
      () => {
        if (++count === 1) throw new RangeError('no protocol');
        return second;
      },
      HOST,
      0,
      { onError: (error) => heard.push(error) },
    );
    const refused = new Recorder();
    await createConnection(() => refused, HOST, listening.port);
    await refused.lost;
    const [transport] = await createConnection(() => new Recorder(), HOST, listening.port);
    transport.close();
    await second.lost;
    listening.close();
    await listening.waitClosed();
    assert.deepEqual(heard.map(String), ['RangeError: no protocol']);
  });
});

suite('transports tell protocols', () => {
  afterEach(nothingLeft);

  test('made, data, end, lost, in this order, each in a turn of the loop', async () => {
    const { client, server, listening } = await pair(new Recorder(), new Recorder());
    client.transport.write('hello');
    client.transport.writeEof();
    await server.lost;
    await client.lost;
    assert.deepEqual(server.events, ['made', 'data', 'eof', 'lost']);
    assert.equal(server.received, 'hello');
    assert.deepEqual(client.events, ['made', 'eof', 'lost']);
    await listening.waitClosed();
  });

  test('runs in turns, not inside of calls: what a call causes comes after it', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    const during: boolean[] = [];
    const spy = new Recorder();
    spy.connectionLost = (error): void => {
      during.push(getLoop().running);
      Recorder.prototype.connectionLost.call(spy, error);
    };
    client.transport.setProtocol(spy);
    client.transport.abort();
    assert.deepEqual(spy.events, []);
    await spy.lost;
    await server.lost;
    assert.deepEqual(during, [true]);
  });

  test('eofReceived that returns true keeps the other direction open', async () => {
    const { client, server } = await pair(new Recorder(true), new Recorder(true));
    client.transport.writeEof();
    while (!server.events.includes('eof')) await sleep(0);
    server.transport.write('after the end');
    await client.has('after the end');
    server.transport.close();
    await client.lost;
    await server.lost;
    assert.deepEqual(server.events, ['made', 'eof', 'lost']);
    assert.throws(() => client.transport.write('x'), { code: 'ERR_INVALID_STATE' });
  });

  test('close sends what was written before; connectionLost comes without an error', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    const size = 2_000_000;
    client.transport.write(Buffer.alloc(size, 'x'));
    client.transport.close();
    client.transport.write('dropped');
    assert.equal(client.transport.isClosing(), true);
    await server.lost;
    assert.equal(server.received.length, size);
    assert.equal(await client.lost, undefined);
    assert.equal(client.events.filter((event) => event === 'lost').length, 1);
  });

  test('abort drops what was written, and connectionLost comes once', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    server.transport.pauseReading();
    client.transport.write(Buffer.alloc(20_000_000));
    client.transport.abort();
    client.transport.abort();
    client.transport.close();
    await client.lost;
    server.transport.resumeReading();
    await server.lost;
    assert.ok(server.received.length < 20_000_000);
    assert.deepEqual(client.events, ['made', 'pause', 'lost']);
  });

  test('a reset connection is lost with its error', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    client.transport.getExtraInfo('socket')!.resetAndDestroy();
    const error = (await server.lost) as ConnectionError;
    assert.equal(error.code, 'ECONNRESET');
    assert.match(error.message, /^Lost the connection to 127\.0\.0\.1:\d+: the other side broke/);
    await client.lost;
  });

  test('nothing is delivered while reading is paused', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    server.transport.pauseReading();
    server.transport.pauseReading();
    assert.equal(server.transport.isReading(), false);
    client.transport.write('later');
    client.transport.close();
    await client.lost;
    for (let i = 0; i < 20; i++) await sleep(0);
    assert.deepEqual(server.events, ['made']);
    server.transport.resumeReading();
    assert.equal(server.transport.isReading(), true);
    await server.lost;
    assert.deepEqual(server.events, ['made', 'data', 'eof', 'lost']);
    assert.equal(server.received, 'later');
  });

  test('pauseWriting above high, resumeWriting at low', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    const { transport } = client;
    assert.deepEqual(transport.getWriteBufferLimits(), { high: 65_536, low: 16_384 });
    transport.setWriteBufferLimits({ high: 1_000_000 });
    assert.deepEqual(transport.getWriteBufferLimits(), { high: 1_000_000, low: 250_000 });
    transport.setWriteBufferLimits({ low: 100_000 });
    assert.deepEqual(transport.getWriteBufferLimits(), { high: 400_000, low: 100_000 });
    assert.throws(() => transport.setWriteBufferLimits({ high: 1, low: 2 }), /got 1 and 2/);
    server.transport.pauseReading();
    transport.write(Buffer.alloc(20_000_000));
    assert.deepEqual(client.events, ['made', 'pause']);
    server.transport.resumeReading();
    while (!client.events.includes('resume')) await sleep(1);
    assert.ok(transport.getWriteBufferSize() <= 100_000);
    transport.close();
    await server.lost;
    await client.lost;
    assert.equal(server.received.length, 20_000_000);
  });

  test('limits that are lowered hold for what waits already', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    const { transport } = client;
    server.transport.pauseReading();
    transport.setWriteBufferLimits({ high: 30_000_000 });
    transport.write(Buffer.alloc(20_000_000));
    assert.deepEqual(client.events, ['made']);
    transport.setWriteBufferLimits({ high: 1000 });
    assert.deepEqual(client.events, ['made', 'pause']);
    server.transport.resumeReading();
    while (!client.events.includes('resume')) await sleep(1);
    transport.close();
    await server.lost;
    await client.lost;
  });

  test('a BufferedProtocol receives into its own memory, however small', async () => {
    const buffer = new Uint8Array(3);
    let received = '';
    const lost = new Future<void>();
    const buffered: BufferedProtocol = {
      getBuffer: (sizeHint) => (assert.ok(sizeHint > 0), buffer),
      bufferUpdated: (count) => void (received += Buffer.from(buffer.subarray(0, count))),
      connectionLost: () => lost.setResult(),
    };
    const { client } = await pair(new Recorder(), buffered);
    client.transport.writelines(['one ', 'two ', 'three']);
    client.transport.close();
    await lost;
    await client.lost;
    assert.equal(received, 'one two three');
  });

  test('of a chunk it gets no more than it asked for, once it has paused or closed', async () => {
    for (const act of ['pauseReading', 'close', 'abort'] as const) {
      const events: string[] = [];
      const buffer = Buffer.alloc(4);
      const lost = new Future<void>();
      let transport!: Transport;
      const buffered: BufferedProtocol = {
        connectionMade: (made) => void (transport = made),
        getBuffer: () => buffer,
        bufferUpdated: (count) => {
          events.push(String(buffer.subarray(0, count)));
          if (events.length === 1) transport[act]();
        },
        connectionLost: () => lost.setResult(),
      };
      const { client } = await pair(new Recorder(), buffered);
      client.transport.write('headbody');
      while (events.length === 0) await sleep(0);
      for (let i = 0; i < 5; i++) await sleep(0);
      assert.deepEqual(events, ['head'], act);
      if (act === 'pauseReading') {
        transport.resumeReading();
        while (events.length < 2) await sleep(0);
        assert.deepEqual(events, ['head', 'body']);
      }
      client.transport.abort();
      await lost;
      await client.lost;
    }
  });

  test('what is left of a chunk goes to the protocol that took the place of a BufferedProtocol', async () => {
    const next = new Recorder();
    const buffer = Buffer.alloc(4);
    let transport!: Transport;
    const first: BufferedProtocol = {
      connectionMade: (made) => void (transport = made),
      getBuffer: () => buffer,
      bufferUpdated: () => transport.setProtocol(next),
    };
    const { client } = await pair(new Recorder(), first);
    client.transport.write('headbody');
    await next.has('body');
    client.transport.close();
    await next.lost;
    await client.lost;
    assert.equal(next.received, 'body');
  });

  test('an error of pauseWriting is the loop’s, not that of whoever writes', async () => {
    const loop = getLoop();
    const errors: unknown[] = [];
    const before = loop.onError;
    loop.onError = (error) => errors.push(String(error));
    try {
      const writer = new Recorder();
      writer.pauseWriting = (): never => {
        throw new RangeError('of pauseWriting');
      };
      const { server } = await pair(writer, new Recorder());
      server.transport.pauseReading();
      writer.transport.write(Buffer.alloc(8_000_000));
      await sleep(0);
      assert.deepEqual(errors, ['RangeError: of pauseWriting']);
      writer.transport.abort();
      server.transport.abort();
      await writer.lost;
      await server.lost;
    } finally {
      loop.onError = before;
    }
  });

  test('setProtocol: the next data goes to the new one', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    client.transport.write('first');
    await server.has('first');
    const next = new Recorder();
    server.transport.setProtocol(next);
    assert.equal(server.transport.getProtocol(), next);
    client.transport.write('second');
    await next.has('second');
    client.transport.close();
    await next.lost;
    await client.lost;
    assert.deepEqual(
      [server.events, next.events],
      [
        ['made', 'data'],
        ['data', 'eof', 'lost'],
      ],
    );
  });

  test('is called in the async context of whoever made the connection', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    class Seeing extends Recorder {
      override connectionMade(transport: Transport): void {
        seen.push(storage.getStore());
        super.connectionMade(transport);
      }

      override dataReceived(data: Buffer): void {
        seen.push(storage.getStore());
        super.dataReceived(data);
      }
    }
    const server = await storage.run(
      'server',
      async () => await createServer(() => new Seeing(), HOST, 0),
    );
    const client = new Recorder();
    await createConnection(() => client, HOST, server.port);
    client.transport.write('x');
    client.transport.writeEof();
    await client.lost;
    server.close();
    await server.waitClosed();
    assert.deepEqual(seen, ['server', 'server']);
  });

  test('an error that a protocol throws breaks the connection off, and goes to the loop', async () => {
    const loop = getLoop();
    const errors: unknown[] = [];
    const before = loop.onError;
    loop.onError = (error) => errors.push(error);
    try {
      const failure = new Error('of the protocol');
      const server = new Recorder();
      server.dataReceived = (): never => {
        throw failure;
      };
      const { client } = await pair(new Recorder(), server);
      client.transport.write('x');
      assert.equal(await server.lost, failure);
      await client.lost;
      assert.deepEqual(errors, [failure]);
    } finally {
      loop.onError = before;
    }
  });

  test('a factory that throws makes no transport', async () => {
    const server = createNodeServer().listen(0, HOST);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const failure = new Error('of the factory');
    await rejects(
      createConnection(
        () => {
          throw failure;
        },
        HOST,
        port,
      ),
      (error) => error === failure,
    );
    server.close();
  });

  test('connectAcceptedSocket takes over a connection of Node', async () => {
    const sockets = Promise.withResolvers<Socket>();
    const node = createNodeServer({ allowHalfOpen: true }, sockets.resolve).listen(0, HOST);
    await new Promise((resolve) => node.once('listening', resolve));
    const { port } = node.address() as { port: number };
    const [client, server] = [new Recorder(), new Recorder()];
    await createConnection(() => client, HOST, port);
    const [transport] = await connectAcceptedSocket(() => server, await sockets.promise);
    transport.write('welcome');
    await client.has('welcome');
    client.transport.write('thanks');
    await server.has('thanks');
    client.transport.close();
    await server.lost;
    await client.lost;
    node.close();
    await rejects(
      connectAcceptedSocket(() => server, {} as Socket),
      (error) => (error as Error).message.includes('net.Socket'),
    );
  });

  test('an aborted connection is closed, also when the protocol is about to be told', async () => {
    const server = await createServer(() => new Recorder(), HOST, 0);
    const controller = new AbortController();
    const client = new Recorder();
    const made = client.connectionMade.bind(client);
    client.connectionMade = (transport): void => {
      made(transport);
      controller.abort(new Error('at the last moment'));
    };
    const { signal } = controller;
    const task = createTask(createConnection(() => client, HOST, server.port, { signal }));
    // It was made in time.
    await task;
    client.transport.close();
    await client.lost;
    server.close();
    await server.waitClosed();
  });

  test('what plain sockets receive goes past their streams with a direct handle, and through them without', async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    const byEvent: string[] = [];
    const socket = server.transport.getExtraInfo('socket') as Socket;
    socket.on('data', (data) => byEvent.push(String(data)));
    client.transport.write('hello');
    await server.has('hello');
    assert.deepEqual(byEvent, DirectHandle.of(socket) === null ? ['hello'] : []);
    client.transport.close();
    await client.lost;
    await server.lost;
  });

  test('five writes to what is closed are worth a warning', { timeout: 60_000 }, async () => {
    const { client, server } = await pair(new Recorder(), new Recorder());
    client.transport.abort();
    await client.lost;
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    for (let i = 0; i < 9; i++) client.transport.write('x');
    assert.match((await warned).message, /which is closed, and dropped/);
    await server.lost;
  });

  test('refuses arguments that make no sense, and quotes them', async () => {
    const cases: [() => PromiseLike<unknown>, RegExp][] = [
      [() => createConnection(() => new Recorder(), '', 1), /got ""/],
      [() => createConnection(() => new Recorder(), HOST, 65_536), /got 65536/],
      [() => createConnection(7 as never, HOST, 1), /got 7/],
      [() => createServer(7 as never, HOST, 0), /got 7/],
      [() => createUnixConnection(() => new Recorder(), ''), /got ""/],
    ];
    for (const [call, message] of cases) {
      await rejects(call(), (error) => message.test((error as Error).message));
    }
    const { client, server } = await pair(new Recorder(), new Recorder());
    assert.throws(() => client.transport.write(7 as never), /got 7/);
    client.transport.close();
    await server.lost;
    await client.lost;
  });
});

suite('Unix sockets', { skip: process.platform === 'win32' && 'there are none' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-io-'));
  after(() => rmSync(folder, { recursive: true }));
  afterEach(nothingLeft);

  test('protocols talk over a path, which close removes', async () => {
    const path = join(folder, 'a.sock');
    const [client, accepted] = [new Recorder(), new Recorder()];
    const server = await createUnixServer(() => accepted, path);
    assert.deepEqual(server.sockets, [{ address: path, port: 0, family: 'Unix' }]);
    assert.throws(() => server.port, { code: 'ERR_INVALID_STATE' });
    await createUnixConnection(() => client, path);
    client.transport.write('over a path');
    await accepted.has('over a path');
    client.transport.close();
    await client.lost;
    await accepted.lost;
    server.close();
    await server.waitClosed();
    assert.equal(existsSync(path), false);
  });

  test('streams talk over a path', async () => {
    const path = join(folder, 'b.sock');
    const server = await startUnixServer(function* (reader, writer) {
      writer.write(yield* reader.readline());
      writer.close();
    }, path);
    const [reader, writer] = await openUnixConnection(path);
    writer.write('streams\n');
    assert.equal(String(await reader.read()), 'streams\n');
    writer.close();
    await server[Symbol.asyncDispose]();
  });

  test('a path where nobody listens is named', () =>
    rejects(openUnixConnection(join(folder, 'none.sock')), (error) => {
      const { code, path } = error as ConnectionError;
      assert.deepEqual([code, path], ['ENOENT', join(folder, 'none.sock')]);
      return true;
    }));
});
