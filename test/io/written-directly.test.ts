import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { afterEach, suite, test } from 'node:test';
import fc from 'fast-check';

import { DirectHandle } from '../../src/io/fast/direct-handle.ts';
import { Future } from '../../src/future/future.ts';
import { createConnection } from '../../src/io/connect/create-connection.ts';
import { createServer } from '../../src/io/serve/create-server.ts';
import type { Protocol } from '../../src/io/transport/protocol.ts';
import type { Transport } from '../../src/io/transport/transport.ts';
import { type DebugProbe, getLoop, setDebugProbe } from '../../src/public/loop.ts';
import { nothingLeft } from './left-behind.ts';
import { Recorder } from './recorder.ts';

const HOST = '127.0.0.1';
const RUNS = 60;
/** More than the kernel takes for a connection whose other end does not read. */
const LARGE = 3_000_000;

/** Takes bytes together, and says when it has `expected` of them. */
class Collector implements Protocol {
  readonly made = new Future<Transport>();
  readonly lost = new Future<unknown>();
  readonly complete = new Future<void>();
  readonly chunks: Buffer[] = [];
  #left: number;

  constructor(expected: number) {
    this.#left = expected;
  }

  connectionMade(transport: Transport): void {
    this.made.setResult(transport);
  }

  dataReceived(data: Buffer): void {
    this.chunks.push(data);
    this.#left -= data.length;
    if (this.#left <= 0 && !this.complete.done()) this.complete.setResult();
  }

  connectionLost(error: unknown): void {
    this.lost.setResult(error);
  }
}

async function connected<C extends Protocol>(
  client: C,
  collector: Collector,
): Promise<{ sender: Transport; receiver: Transport; socket: Socket }> {
  const listening = await createServer(() => collector, HOST, 0);
  const [sender] = await createConnection(() => client, HOST, listening.port);
  const receiver = await collector.made;
  listening.close();
  return { sender, receiver, socket: sender.getExtraInfo('socket') as Socket };
}

/** Bytes that tell where they belong. */
const numbered = Buffer.alloc(20 * LARGE);
for (let i = 0; i < numbered.length; i += 4) numbered.writeUInt32LE(i, i);

suite('what is written past a socket’s own queue', () => {
  afterEach(nothingLeft);

  test('lets the protocol go on when it is gone', async () => {
    const size = 8_000_000;
    const client = new Recorder();
    const collector = new Collector(size);
    const { sender, receiver } = await connected(client, collector);
    receiver.pauseReading();
    sender.write(Buffer.alloc(size));
    assert.deepEqual(client.events, ['made', 'pause']);
    receiver.resumeReading();
    await collector.complete;
    while (client.events.length < 3) await new Promise(setImmediate);
    assert.deepEqual(client.events, ['made', 'pause', 'resume']);
    sender.close();
    await client.lost;
    await collector.lost;
  });

  test('counts while the kernel does not take it: pause, and resume when it is gone', async () => {
    const size = 8_000_000;
    const client = new Recorder();
    const collector = new Collector(2 * size);
    const { sender, receiver } = await connected(client, collector);
    receiver.pauseReading();
    sender.write(Buffer.alloc(size));
    assert.ok(sender.getWriteBufferSize() > 0);
    assert.deepEqual(client.events, ['made', 'pause']);
    sender.write(Buffer.alloc(size));
    assert.ok(sender.getWriteBufferSize() > size);
    receiver.resumeReading();
    await collector.complete;
    while (client.events.length < 3) await new Promise(setImmediate);
    assert.deepEqual(client.events, ['made', 'pause', 'resume']);
    assert.equal(sender.getWriteBufferSize(), 0);
    sender.close();
    await client.lost;
    await collector.lost;
  });

  test('arrives whole and in order, whichever way each piece takes, and before the end', async () => {
    const piece = fc.record({
      by: fc.constantFrom('write', 'write', 'writelines', 'socket', 'socket', 'corked'),
      length: fc.oneof(fc.nat(2_000), fc.nat(400_000), fc.constant(LARGE)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), fc.boolean(), async (pieces, paused) => {
        const total = pieces.reduce((sum, { length }) => sum + length, 0);
        const collector = new Collector(total);
        const { sender, receiver, socket } = await connected(new Recorder(), collector);
        if (paused) receiver.pauseReading();
        let at = 0;
        for (const { by, length } of pieces) {
          const bytes = numbered.subarray(at, at + length);
          at += length;
          if (by === 'write') sender.write(bytes);
          else if (by === 'writelines') {
            const middle = length >> 1;
            sender.writelines([bytes.subarray(0, middle), bytes.subarray(middle)]);
          } else if (by === 'socket') socket.write(bytes);
          else {
            socket.cork();
            sender.write(bytes);
            socket.uncork();
          }
        }
        sender.close();
        receiver.resumeReading();
        await collector.lost;
        assert.ok(Buffer.concat(collector.chunks).equals(numbered.subarray(0, total)));
      }),
      { numRuns: RUNS },
    );
  });

  test('is lost with its connection, which says so', async () => {
    const client = new Recorder();
    const collector = new Collector(Infinity);
    const { sender, receiver } = await connected(client, collector);
    receiver.pauseReading();
    // So that nothing but the write can come to know of it.
    sender.pauseReading();
    sender.write(Buffer.alloc(8_000_000));
    assert.ok(sender.getWriteBufferSize() > 0);
    (receiver.getExtraInfo('socket') as Socket).resetAndDestroy();
    const error = (await client.lost) as { code: string };

    assert.match(error.code, /^(ECONNRESET|EPIPE)$/);
    await collector.lost;
  });

  test('leaves in one call if it was given as several pieces', async () => {
    const client = new Recorder();
    const collector = new Collector(6);
    const { sender, socket } = await connected(client, collector);
    const calls: string[] = [];
    const handle = (socket as unknown as { _handle: Record<string, (...args: never[]) => unknown> })
      ._handle;
    for (const name of ['writeBuffer', 'writev']) {
      const call = handle[name]!.bind(handle);
      handle[name] = (...args): unknown => (calls.push(name), call(...args));
    }
    sender.writelines(['ab', 'cd', 'ef']);
    await collector.complete;
    sender.abort();
    await client.lost;
    await collector.lost;
    assert.deepEqual(calls, ['writev']);
  });

  test('is not taken past a socket that has a timeout, which each write puts off', async () => {
    const client = new Recorder();
    const collector = new Collector(Infinity);
    const { sender, socket } = await connected(client, collector);
    const direct = DirectHandle.of(socket) !== null;
    const written: unknown[] = [];
    const write = socket.write.bind(socket) as (data: unknown, done?: () => void) => boolean;
    socket.write = (data: unknown, done?: unknown): boolean => {
      written.push(String(data));
      return write(data, done as () => void);
    };
    sender.write('past it');
    socket.setTimeout(60_000);
    sender.write('through it');
    socket.setTimeout(0);
    sender.write('past it');
    sender.abort();
    await client.lost;
    await collector.lost;
    const all = ['past it', 'through it', 'past it'];
    assert.deepEqual(written, direct ? ['through it'] : all);
  });
});

suite('what is received', () => {
  afterEach(nothingLeft);

  const told = async (): Promise<boolean> => {
    const collector = new Collector(1);
    let running: boolean | undefined;
    collector.dataReceived = (): void => {
      running = getLoop().running;
      collector.complete.setResult();
    };
    const client = new Recorder();
    const { sender } = await connected(client, collector);
    sender.write('x');
    await collector.complete;
    sender.abort();
    await client.lost;
    await collector.lost;
    return running as boolean;
  };

  test('is told from Node’s poll, and in debug mode from a turn, where it is timed', async () => {
    assert.equal(await told(), false);
    setDebugProbe(new Proxy({}, { get: () => (): void => {} }) as DebugProbe);
    try {
      assert.equal(await told(), true);
    } finally {
      setDebugProbe(null);
    }
  });
});
