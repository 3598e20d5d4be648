// Any bytes, cut into chunks anywhere and fed at any time, give the same results for the same reads as a model that
// has all the bytes from the beginning.

import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';

import { sleep } from '../../src/public/asyncio.ts';
import type { IncompleteReadError } from '../../src/io/streams/incomplete-read-error.ts';
import { StreamReader } from '../../src/io/streams/stream-reader.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

type Read =
  | { readonly kind: 'read' | 'readexactly'; readonly n: number }
  | { readonly kind: 'readline' }
  | { readonly kind: 'readuntil'; readonly separators: readonly string[] };

/** What a read gave: bytes, or what an IncompleteReadError carries. */
type Outcome = string | { readonly partial: string; readonly expected: number | undefined };

// Few letters, so that separators occur, and overlap.
const letters = fc.constantFrom('a', 'b', '\n');
const bytes = fc.array(letters, { maxLength: 60 }).map((list) => list.join(''));
const separator = fc.array(letters, { minLength: 1, maxLength: 3 }).map((list) => list.join(''));
const reads: fc.Arbitrary<Read> = fc.oneof(
  fc.record({ kind: fc.constantFrom('read', 'readexactly'), n: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ kind: fc.constant('readline' as const) }),
  fc.record({
    kind: fc.constant('readuntil' as const),
    separators: fc.array(separator, { minLength: 1, maxLength: 3 }),
  }),
);

class Model {
  #left: string;

  constructor(all: string) {
    this.#left = all;
  }

  #take(count: number): string {
    const taken = this.#left.slice(0, count);
    this.#left = this.#left.slice(count);
    return taken;
  }

  /** `read` may return less than there is; the model follows, as long as it is at least one byte. */
  follow(read: Read, got: Outcome): Outcome {
    switch (read.kind) {
      case 'read': {
        if (read.n === 0 || this.#left === '') return '';
        const length = typeof got === 'string' ? got.length : 0;
        return this.#take(Math.min(Math.max(length, 1), read.n));
      }
      case 'readexactly':
        return this.#left.length >= read.n
          ? this.#take(read.n)
          : { partial: this.#take(Infinity), expected: read.n };
      case 'readline': {
        const end = this.#left.indexOf('\n') + 1;
        return this.#take(end === 0 ? Infinity : end);
      }
      case 'readuntil': {
        const ends = read.separators
          .map((one) => [this.#left.indexOf(one), one.length] as const)
          .filter(([at]) => at >= 0)
          .map(([at, length]) => at + length);
        return ends.length > 0
          ? this.#take(Math.min(...ends))
          : { partial: this.#take(Infinity), expected: undefined };
      }
    }
  }

  get left(): string {
    return this.#left;
  }
}

async function perform(reader: StreamReader, read: Read): Promise<Outcome> {
  const start = (): PromiseLike<Buffer> => {
    switch (read.kind) {
      case 'read':
        return reader.read(read.n);
      case 'readexactly':
        return reader.readexactly(read.n);
      case 'readline':
        return reader.readline();
      case 'readuntil':
        return reader.readuntil(read.separators);
    }
  };
  try {
    return (await start()).toString('latin1');
  } catch (error) {
    const { partial, expected } = error as IncompleteReadError;
    return { partial: partial.toString('latin1'), expected };
  }
}

suite('StreamReader, whatever the chunks', () => {
  test('reads as a model does that has all from the beginning', () =>
    fc.assert(
      fc.asyncProperty(
        bytes,
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
        fc.array(reads, { maxLength: 20 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 100 }),
        (all, cuts, list, seed, limit) =>
          withVirtualTime(
            async () => {
              const held = { paused: false };
              // A limit that no separator search can run into, but small enough to pause now and then.
              const reader = new StreamReader({ limit: 64 + limit });
              reader.setTransport({
                pauseReading: () => void (held.paused = true),
                resumeReading: () => void (held.paused = false),
              });
              const feeding = new Task(async () => {
                let at = 0;
                for (const cut of [...cuts, Infinity]) {
                  if (at >= all.length) break;
                  await sleep(cut === Infinity ? 0 : cut % 3);
                  reader.feedData(all.slice(at, at + cut));
                  at += cut;
                }
                await sleep(0);
                reader.feedEof();
              });
              const model = new Model(all);
              for (const read of list) {
                const got = await perform(reader, read);
                assert.deepEqual(got, model.follow(read, got), JSON.stringify(read));
              }
              await feeding;
              assert.equal((await reader.read()).toString('latin1'), model.left);
            },
            { seed },
          ),
      ),
      { numRuns: 300 },
    ));
});
