import { markAsUntransferable } from 'node:worker_threads';
import { findBufferClass } from '../node-internals/index.ts';
import { type Addon, loadAddon } from './addon.ts';

/** Bytes of several sockets are in one piece of memory, which lives for as long as one of them is used. */
const SLAB_SIZE = 64 * 1024; // and in native/read_memory.h
/** With less room than this there is another one. */
const LEAST_ROOM = 16 * 1024;
const MOST_CHUNKS = 1024;

// The words that `records` begins with.
const CHUNKS = 0;
const TOLD_CHUNKS = 1;
const TOLD_BYTES = 2;
const WORDS = 3;

/** Takes what has come. What it throws becomes an uncaught exception. */
export type OnChunk = (chunk: Buffer) => void;

/** A socket's data that comes here, and no more through Node's stream. */
export interface BatchedReading {
  /** Its place among those that are read so. */
  readonly slot: number;
  /** To be called whenever the socket's handle has begun to read; false if its data stays with Node. */
  take(fd: number): boolean;
  /** What has come and was not told is dropped. Gives the data back to Node, if the handle is still `open`. */
  leave(open: boolean): void;
}

/** Begins to take a socket's data, once its `take` is called. */
export type ReadInBatches = (onChunk: OnChunk) => BatchedReading;

const BufferPart = findBufferClass();

let batches: ReadInBatches | null | undefined;

/**
 * Reads sockets so that JavaScript is entered once for all that came in one poll of libuv's, in no async context.
 * Null without the addon.
 */
export function batchedReads(): ReadInBatches | null {
  if (batches === undefined) batches = open();
  return batches;
}

function open(): ReadInBatches | null {
  const loaded = loadAddon();
  if ('missing' in loaded) return null;
  const { addon } = loaded;
  const partOf =
    BufferPart === undefined
      ? (start: number, length: number) => Buffer.from(memory, start, length)
      : (start: number, length: number) => new BufferPart(memory, start, length);
  let memory = newSlab(addon);
  const records = new Uint32Array(WORDS + 2 * MOST_CHUNKS);
  const listeners: (OnChunk | undefined)[] = [];
  const free: number[] = [];
  /** Chunks that were not told may still name them. */
  let left: number[] = [];

  // Small, so that V8 makes all that it calls a part of it.
  const pass = (slot: number, start: number, end: number): void => {
    try {
      listeners[slot]?.(partOf(start, end - start));
    } catch (error) {
      // The others' data is told all the same.
      process.nextTick(raise, error);
    }
  };

  // How far it is stands in the records, not in variables of its own: some libraries run Node's loop inside a
  // callback, and then this is entered again and goes on where the outer call is.
  const tell = (): void => {
    for (;;) {
      const told = records[TOLD_CHUNKS] as number;
      if (told === records[CHUNKS]) break;
      records[TOLD_CHUNKS] = told + 1;
      const at = WORDS + 2 * told;
      const slot = records[at] as number;
      const start = records[TOLD_BYTES] as number;
      const end = start + (records[at + 1] as number);
      records[TOLD_BYTES] = end;
      pass(slot, start, end);
    }
    if (left.length > 0) {
      free.push(...left);
      left = [];
    }
    if (SLAB_SIZE - (records[TOLD_BYTES] as number) >= LEAST_ROOM) return;
    // On the spot: promise jobs that follow may run Node's loop, too.
    memory = newSlab(addon);
    records[TOLD_BYTES] = 0;
    addon.readsUse(new Uint8Array(memory));
  };
  addon.readsOpen(new Uint8Array(memory), records, tell);

  return (onChunk) => {
    const slot = free.pop() ?? listeners.length;
    listeners[slot] = onChunk;
    let taken = true;
    return {
      slot,
      take: (fd) => addon.readsTake(fd, slot),
      leave(isOpen): void {
        if (!taken) return;
        taken = false;
        listeners[slot] = undefined;
        (records[CHUNKS] === 0 ? free : left).push(slot);
        addon.readsLeave(slot, isOpen);
      },
    };
  };
}

/**
 * V8 does not count the addon's, and they are used again; but there is a limited number. Then by JavaScript's
 * constructor, because V8 collects the young objects when many such have been made; when `Buffer.allocUnsafe` has made
 * them, it collects the whole heap. Others' bytes are in it, and bytes to come: who has a chunk may not take it away.
 */
function newSlab(addon: Addon): ArrayBuffer {
  const memory = addon.readsSlab() ?? new ArrayBuffer(SLAB_SIZE);
  markAsUntransferable(memory);
  return memory;
}

function raise(error: unknown): never {
  throw error;
}
