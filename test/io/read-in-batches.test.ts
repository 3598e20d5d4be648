import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, suite, test } from 'node:test';
import fc from 'fast-check';

import { batchedReads } from '../../src/addon/batched-reads.ts';
import { Future } from '../../src/future/future.ts';
import { connectAcceptedSocket, createConnection } from '../../src/io/connect/create-connection.ts';
import { createServer } from '../../src/io/serve/create-server.ts';
import type { Protocol } from '../../src/io/transport/protocol.ts';
import type { Transport } from '../../src/io/transport/transport.ts';
import { compile } from '../native/compile.ts';
import { programPasses } from '../programs/run-program.ts';
import { nothingLeft } from './left-behind.ts';

const HOST = '127.0.0.1';
const RUNS = 40;

/** The receiving end of a connection. */
class End implements Protocol {
  transport!: Transport;
  readonly made = new Future<void>();
  readonly lost = new Future<unknown>();
  readonly chunks: Buffer[] = [];
  ended = false;
  /** What is to be done whenever data comes. */
  onData: () => void = () => undefined;

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.made.setResult();
  }

  dataReceived(data: Buffer): void {
    assert.equal(this.ended, false);
    this.chunks.push(data);
    this.onData();
  }

  eofReceived(): void {
    this.ended = true;
  }

  connectionLost(error: unknown): void {
    this.lost.setResult(error);
  }
}

/** `count` connections: the transports that send, and the ends that receive. */
async function connections(count: number): Promise<{ senders: Transport[]; ends: End[] }> {
  const senders: Transport[] = [];
  const ends: End[] = [];
  const server = await createServer(
    () => {
      const end = new End();
      ends.push(end);
      return end;
    },
    HOST,
    0,
  );
  for (let i = 0; i < count; i++) {
    senders.push((await createConnection(() => ({}), HOST, server.port))[0]);
    while (ends.length <= i) await new Promise(setImmediate);
    await ends[i]!.made;
  }
  server.close();
  return { senders, ends };
}

async function closed(senders: Transport[], ends: End[]): Promise<void> {
  for (const sender of senders) sender.abort();
  for (const end of ends) end.transport.abort();
  for (const end of ends) await end.lost;
}

function socketOf(end: End): Socket {
  return end.transport.getExtraInfo('socket') as Socket;
}

/** Bytes that tell from which connection they are, and where they belong. */
function bytesOf(connection: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++)
    bytes[i] = ((from + i) * 31 + connection * 97 + ((from + i) >> 8)) & 255;
  return bytes;
}

/** V8 12 would abort at `transfer()` of memory that has a key. */
const keyed = Number(process.versions.v8.split('.')[0]) >= 13;
const skip = batchedReads() === null && 'needs the addon';

suite('what sockets receive in one poll', { skip }, () => {
  afterEach(nothingLeft);

  // Whether three have come when the poll looks is up to the kernel, so there are several rounds. Told one by one, each
  // is followed by its tick in every round.
  test('is told in one go, before the ticks that come of it', async () => {
    const { senders, ends } = await connections(3);
    let rounds = 0;
    let together = false;
    while (!together && ++rounds <= 50) {
      const events: string[] = [];
      await new Promise<void>((resolve) => {
        for (const [i, end] of ends.entries()) {
          end.onData = (): void => {
            events.push(`data ${i}`);
            process.nextTick(() => {
              if (events.push(`tick ${i}`) === 6) resolve();
            });
          };
        }
        for (const sender of senders) sender.write('x');
      });
      const each = [0, 1, 2];
      assert.deepEqual(events.toSorted(), [
        ...each.map((i) => `data ${i}`),
        ...each.map((i) => `tick ${i}`),
      ]);
      together = events.slice(0, 3).every((event) => event.startsWith('data'));
    }
    assert.ok(together, 'never in fifty rounds');
    await closed(senders, ends);
  });

  test('may be more than there is room for, in bytes or in chunks', async () => {
    const { senders, ends } = await connections(40);
    const lengths = senders.map((_, i) => (i === 7 ? 3_000_000 : i % 5 === 0 ? 70_000 : 10));
    const arrived = ends.map(
      (end, i) =>
        new Promise<void>((resolve) => {
          let left = lengths[i]!;
          end.onData = (): void => {
            left -= end.chunks.at(-1)!.length;
            if (left === 0) resolve();
          };
        }),
    );
    for (const [i, sender] of senders.entries()) sender.write(bytesOf(i, 0, lengths[i]!));
    await Promise.all(arrived);
    for (const [i, end] of ends.entries()) {
      assert.ok(Buffer.concat(end.chunks).equals(bytesOf(i, 0, lengths[i]!)), `${i}`);
    }
    await closed(senders, ends);
  });

  test('comes to each whole and in order, whatever the others do meanwhile', async () => {
    const step = fc.record({
      connection: fc.nat(5),
      length: fc.oneof(fc.nat(2_000), fc.nat(200_000)),
      // What the receiver does when it is told.
      then: fc.constantFrom(
        'nothing',
        'nothing',
        'pause',
        'resume others',
        'abort another',
        'close another',
      ),
      turn: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const { senders, ends } = await connections(6);
        const sent = senders.map(() => 0);
        const cut = senders.map(() => false);
        const plans = senders.map((): string[] => []);
        for (const { connection, then } of steps) plans[connection]!.push(then);
        for (const [i, end] of ends.entries()) {
          end.onData = (): void => {
            const then = plans[i]!.shift();
            const other = (i + 1) % ends.length;
            if (then === 'pause') end.transport.pauseReading();
            else if (then === 'resume others')
              for (const each of ends) each.transport.resumeReading();
            else if (then === 'abort another' || then === 'close another') {
              cut[other] = true;
              if (then === 'abort another') ends[other]!.transport.abort();
              else ends[other]!.transport.close();
            }
          };
        }
        for (const { connection, length, turn } of steps) {
          const sender = senders[connection]!;
          if (sender.isClosing()) continue;
          sender.write(bytesOf(connection, sent[connection]!, length));
          sent[connection]! += length;
          if (turn) await new Promise(setImmediate);
        }
        for (const sender of senders) sender.close();
        for (const end of ends) {
          plans.forEach((plan) => (plan.length = 0));
          end.transport.resumeReading();
          await end.lost;
        }
        for (const [i, end] of ends.entries()) {
          const got = Buffer.concat(end.chunks);
          assert.ok(got.equals(bytesOf(i, 0, got.length)), `connection ${i} got something else`);
          if (!cut[i]) assert.equal(got.length, sent[i], `connection ${i}`);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('is not told to who takes the place of one that has left meanwhile', async () => {
    const { senders, ends } = await connections(2);
    const stolen: Buffer[] = [];
    const places: { leave(open: boolean): void }[] = [];
    const first = new Future<number>();
    for (const [i, end] of ends.entries()) {
      end.onData = (): void => {
        if (first.done()) return;
        first.setResult(i);
        // The data of the other has come, too.
        ends[1 - i]!.transport.abort();
        (ends[1 - i]!.transport.getExtraInfo('socket') as Socket).emit('close');
        for (let k = 0; k < 3; k++) places.push(batchedReads()!((chunk) => stolen.push(chunk)));
      };
    }
    for (const sender of senders) sender.write('x');
    await first;
    await new Promise(setImmediate);
    assert.deepEqual(stolen, []);
    assert.equal(ends[1 - first.result()]!.chunks.length, 0);
    for (const place of places) place.leave(false);
    await closed(senders, ends);
  });

  test('comes before the end of its stream', async () => {
    const { senders, ends } = await connections(10);
    for (const [i, sender] of senders.entries()) {
      sender.write(bytesOf(i, 0, 100));
      sender.writeEof();
    }
    for (const [i, end] of ends.entries()) {
      await end.lost;
      assert.ok(end.ended);
      assert.ok(Buffer.concat(end.chunks).equals(bytesOf(i, 0, 100)));
    }
    await closed(senders, []);
  });

  for (const [paused, which] of [
    [(end: End) => end.transport, 'transport'],
    [socketOf, 'socket'],
  ] as const) {
    test(`stays with the kernel while the ${which} is paused, and comes when it goes on`, async () => {
      const { senders, ends } = await connections(1);
      const [sender, end] = [senders[0]!, ends[0]!];
      const socket = socketOf(end);
      const reader = paused(end);
      for (let round = 1; round <= 3; round++) {
        if ('pauseReading' in reader) reader.pauseReading();
        else reader.pause();
        sender.write('x');
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        assert.equal(socket.bytesRead, round - 1);
        const told = new Promise<void>((resolve) => (end.onData = resolve));
        if ('resumeReading' in reader) reader.resumeReading();
        else {
          // Node tells of it in a later tick.
          reader.resume();
          reader.pause();
          await new Promise(setImmediate);
          assert.equal(socket.bytesRead, round - 1);
          reader.resume();
        }
        await told;
        assert.equal(socket.bytesRead, round);
      }
      await closed(senders, ends);
    });
  }

  test('is counted by the socket, as is what it sends, and puts off its time limit', async () => {
    const { senders, ends } = await connections(1);
    const [sender, end] = [senders[0]!, ends[0]!];
    const receiving = end.transport.getExtraInfo('socket') as Socket;
    const putOff: number[] = [];
    receiving.setTimeout(1_000_000);
    const { setTimeout } = receiving;
    receiving.setTimeout = (timeout): Socket => {
      putOff.push(timeout);
      return setTimeout.call(receiving, timeout);
    };
    const told = new Promise<void>((resolve) => (end.onData = resolve));
    sender.write('hello');
    await told;
    assert.deepEqual(putOff, [1_000_000]);
    assert.equal(receiving.bytesRead, 5);
    const sending = sender.getExtraInfo('socket') as Socket;
    assert.equal(sending.bytesWritten, 5);
    await closed(senders, ends);
    assert.equal(receiving.bytesRead, 5);
    assert.equal(sending.bytesWritten, 5);
  });

  test('needs no new place for each of those that come, say nothing and go', () => {
    const names: number[] = [];
    const open = batchedReads()!;
    const before = open(() => undefined);
    for (let i = 0; i < 3; i++) {
      const place = open(() => undefined);
      names.push(place.slot);
      place.leave(false);
    }
    before.leave(false);
    assert.deepEqual(new Set(names).size, 1);
  });

  test('lies in memory that nobody can take away', async () => {
    const { senders, ends } = await connections(1);
    const [sender, end] = [senders[0]!, ends[0]!];
    const told = async (text: string): Promise<ArrayBuffer> => {
      const next = new Promise<void>((resolve) => (end.onData = resolve));
      sender.write(text);
      await next;
      assert.equal(String(end.chunks.at(-1)), text);
      return end.chunks.at(-1)!.buffer as ArrayBuffer;
    };
    const memory = await told('one');
    assert.throws(() => structuredClone(memory, { transfer: [memory] }), {
      name: 'DataCloneError',
    });
    if (keyed)
      assert.throws(() => (memory as unknown as { transfer(): void }).transfer(), TypeError);
    assert.equal(await told('two'), memory);
    await closed(senders, ends);
  });

  test('comes to an end in a FIFO, too, which the kernel refuses to receive from', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'greenroom-')), 'fifo');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY);
    const end = new End();
    await connectAcceptedSocket(() => end, new Socket({ fd, readable: true, writable: false }));
    for (const text of ['one', 'two']) {
      const next = new Promise<void>((resolve) => (end.onData = resolve));
      writeSync(writer, text);
      await next;
    }
    closeSync(writer);
    assert.equal(await end.lost, undefined);
    assert.equal(String(Buffer.concat(end.chunks)), 'onetwo');
    assert.equal(end.ended, true);
    rmSync(dirname(path), { recursive: true });
  });

  test('lies in memory that is used again, and not while anybody has a part of it', () =>
    programPasses('read-memory'));

  test('stops with its Worker', () => programPasses('ended-worker-reads', { args: ['4'] }));

  test('is told once and in order when somebody runs the loop inside of a call', () =>
    programPasses('nested-loop', { args: [compile('run-loop.cc', 'library')] }));
});
