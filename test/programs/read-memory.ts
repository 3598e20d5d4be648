// The memory that sockets are read into is used again, and not while anybody has a part of it.

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { isMainThread, Worker } from 'node:worker_threads';

import { type Addon, loadAddon } from '../../src/addon/addon.ts';
import { createConnection, createServer, type Transport } from '../../src/public/asyncio.ts';

const MOST_SLABS = 256;
const SLAB_SIZE = 64 * 1024;
const HOST = '127.0.0.1';

const loaded = loadAddon();
assert.ok('addon' in loaded);
const { addon }: { addon: Addon } = loaded;

/** All that there are, each filled with `mark`. */
function takeAll(mark: number): Uint8Array[] {
  const slabs: Uint8Array[] = [];
  for (let slab = addon.readsSlab(); slab !== undefined; slab = addon.readsSlab())
    slabs.push(new Uint8Array(slab).fill(mark));
  return slabs;
}

/** How many there are once V8 has collected what is garbage: it lets memory go on another thread. */
async function countOnceFree(expected: number): Promise<void> {
  let count = 0;
  for (let tries = 0; tries < 200 && count < expected; tries++) {
    globalThis.gc!();
    await turn();
    count = Math.max(count, takeAll(9).length);
  }
  assert.equal(count, expected);
}

/** Until V8 has let go of what has been taken. */
async function someFree(): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    globalThis.gc!();
    await turn();
    if (addon.readsSlab() !== undefined) return;
  }
  assert.fail('all are still in use');
}

function filledWith(bytes: Uint8Array, mark: number): boolean {
  return bytes.every((byte) => byte === mark);
}

async function given(): Promise<void> {
  const before = process.memoryUsage().external;
  let all: Uint8Array[] | undefined = takeAll(1);
  assert.equal(all.length, MOST_SLABS);
  const counted = process.memoryUsage().external - before;
  assert.ok(counted < SLAB_SIZE, `V8 counts ${counted} bytes of them`);

  const kept = all[17]!.subarray(1000, 1010);
  const moved = (all[18]!.buffer as ArrayBuffer & { transfer(): ArrayBuffer }).transfer();
  all = undefined;
  await countOnceFree(MOST_SLABS - 2);
  assert.ok(filledWith(kept, 1), 'what is kept was written over');
  assert.ok(filledWith(new Uint8Array(moved), 1), 'what was moved was written over');
}

/** Sends `megabytes` through a socket, keeps a chunk now and then, and looks at those in the end. */
async function received(megabytes: number): Promise<number> {
  const kept: { bytes: Buffer; copy: Buffer }[] = [];
  let left = megabytes * 1024 * 1024;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const server = await createServer(
    () => ({
      dataReceived(data: Buffer): void {
        if (kept.length < 100 && left % 7 === 0)
          kept.push({ bytes: data, copy: Buffer.from(data) });
        left -= data.length;
        if (left === 0) resolve();
      },
    }),
    HOST,
    0,
  );
  let resumed: () => void = () => undefined;
  let paused = false;
  const [client]: [Transport, unknown] = await createConnection(
    () => ({
      pauseWriting: () => void (paused = true),
      resumeWriting(): void {
        paused = false;
        resumed();
      },
    }),
    HOST,
    server.port,
  );
  for (let sent = 0; sent < megabytes * 1024; sent++) {
    client.write(Buffer.alloc(1024, sent));
    if (sent % 64 === 0) await turn();
    if (paused) await new Promise<void>((go) => (resumed = go));
  }
  await all;
  for (const { bytes, copy } of kept) assert.ok(bytes.equals(copy), 'a chunk was written over');
  client.abort();
  server.close();
  await server.waitClosed();
  return kept.length;
}

async function ended(worker: Worker): Promise<void> {
  await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
}

if (isMainThread) {
  await given();
  await someFree();
  for (let i = 0; i < 3; i++) await ended(new Worker(new URL(import.meta.url)));
  await countOnceFree(MOST_SLABS);
  await someFree();
  assert.ok((await received(40)) > 0);
  const held = takeAll(2);
  // There is none left, and so V8 counts what sockets are read into.
  assert.ok((await received(4)) > 0);
  assert.ok(held.every((slab) => filledWith(slab, 2)));
  console.log('ok');
} else {
  await received(1);
}
