import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { IncompleteReadError } from '../../src/io/streams/incomplete-read-error.ts';
import { StreamReader } from '../../src/io/streams/stream-reader.ts';
import { sleep } from '../../src/public/asyncio.ts';
import type { Operation } from '../../src/task/operation/operation.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';

/** A reader that has what is given, and the end if `eof`. */
function readerOf(data: string, { eof = true, limit = 65_536 } = {}): StreamReader {
  const reader = new StreamReader({ limit });
  reader.feedData(data);
  if (eof) reader.feedEof();
  return reader;
}

const text = (buffer: Buffer): string => buffer.toString('latin1');

/** What the error is, with the fields that matter. */
function codeOf(error: unknown): unknown {
  const { code, consumed, partial, expected } = error as Record<string, unknown>;
  return {
    code,
    ...(consumed === undefined ? {} : { consumed }),
    ...(partial === undefined ? {} : { partial: text(partial as Buffer) }),
    ...(expected === undefined ? {} : { expected }),
  };
}

async function failure(awaitable: PromiseLike<unknown>): Promise<unknown> {
  try {
    return { returned: text((await awaitable) as Buffer) };
  } catch (error) {
    return codeOf(error);
  }
}

suite('StreamReader', () => {
  test('read gives what is there, at most n bytes, and an empty buffer at the end', () =>
    withVirtualTime(async () => {
      const reader = readerOf('abcdef');
      const read: string[] = [];
      for (const n of [0, 2, 10, 10]) read.push(text(await reader.read(n)));
      assert.deepEqual(read, ['', 'ab', 'cdef', '']);
      assert.equal(reader.atEof(), true);
    }));

  test('read without a number waits for the end', () =>
    withVirtualTime(async (time) => {
      const reader = new StreamReader();
      for (const [i, part] of ['one ', 'two ', 'three'].entries()) {
        time.loop.callLater(10 * (i + 1), () => reader.feedData(part));
      }
      time.loop.callLater(40, () => reader.feedEof());
      assert.equal(text(await reader.read()), 'one two three');
      assert.equal(time.now(), 40);
    }));

  test('each read waits for as little as it needs', () =>
    withVirtualTime(async (time) => {
      const reader = new StreamReader();
      const events: unknown[] = [];
      const note = async (name: string, read: PromiseLike<Buffer>): Promise<void> => {
        const data = text(await read);
        events.push([time.now(), name, data]);
      };
      for (const [at, part] of Object.entries({ 10: 'ab', 20: 'c\nd', 30: 'ef', 40: 'g--h' })) {
        time.loop.callLater(Number(at), () => reader.feedData(part));
      }
      time.loop.callLater(50, () => reader.feedEof());
      await note('read', reader.read(1));
      await note('readline', reader.readline());
      await note('readexactly', reader.readexactly(3));
      await note('readuntil', reader.readuntil('--'));
      await note('readline', reader.readline());
      await note('readline', reader.readline());
      assert.deepEqual(
        events,
        [
          [0, 'read', 'a'],
          [0, 'readline', 'bc\n'],
          [0, 'readexactly', 'def'],
          [0, 'readuntil', 'g--'],
          [0, 'readline', 'h'],
          [0, 'readline', ''],
        ].map(([, name, what], i) => [[10, 20, 30, 40, 50, 50][i], name, what]),
      );
    }));

  test('readexactly raises what came and what was wanted when the stream ends', () =>
    withVirtualTime(async () => {
      const reader = readerOf('abc');
      await rejects(
        reader.readexactly(5),
        (error) =>
          error instanceof IncompleteReadError &&
          text(error.partial) === 'abc' &&
          error.expected === 5,
      );
      assert.equal(text(await reader.read()), '');
    }));

  test('of several separators the one that ends first counts', () =>
    withVirtualTime(async () => {
      const reader = readerOf('a\r\nb\nc\0d');
      const read: string[] = [];
      for (let i = 0; i < 3; i++) read.push(text(await reader.readuntil(['\r\n', '\n', '\0'])));
      assert.deepEqual(read, ['a\r\n', 'b\n', 'c\0']);
      assert.deepEqual(await failure(reader.readuntil(['\r\n', '\n'])), {
        code: 'ERR_INCOMPLETE_READ',
        partial: 'd',
      });
    }));

  test('a separator that is torn by chunks is found', () =>
    withVirtualTime(async (time) => {
      const reader = new StreamReader();
      for (const [i, part] of ['xEN', 'EN', 'D', 'rest'].entries()) {
        time.loop.callLater(i, () => reader.feedData(part));
      }
      assert.equal(text(await reader.readuntil('END')), 'xENEND');
    }));

  test('readuntil past the limit leaves the data, and tells how much can be taken', () =>
    withVirtualTime(async () => {
      const reader = readerOf('123456789ab!x', { limit: 8 });
      assert.deepEqual(await failure(reader.readuntil('!')), {
        code: 'ERR_LIMIT_OVERRUN',
        consumed: 11,
      });
      assert.equal(text(await reader.readexactly(11)), '123456789ab');
      assert.equal(text(await reader.readuntil('!')), '!');
      const endless = readerOf('0123456789', { limit: 8, eof: false });
      assert.deepEqual(await failure(endless.readuntil('--')), {
        code: 'ERR_LIMIT_OVERRUN',
        consumed: 9,
      });
    }));

  test('readline past the limit drops the line if it is whole, else all there is', () =>
    withVirtualTime(async () => {
      const whole = readerOf('0123456789\nnext\n', { limit: 8 });
      assert.deepEqual(await failure(whole.readline()), { code: 'ERR_LINE_TOO_LONG' });
      assert.equal(text(await whole.readline()), 'next\n');
      const torn = readerOf('0123456789', { limit: 8, eof: false });
      assert.deepEqual(await failure(torn.readline()), { code: 'ERR_LINE_TOO_LONG' });
      torn.feedData('rest\n');
      assert.equal(text(await torn.readline()), 'rest\n');
    }));

  test('a line as long as the limit is none too long', () =>
    withVirtualTime(async () => {
      assert.equal(text(await readerOf('01234567\n', { limit: 8 }).readline()), '01234567\n');
    }));

  test('an error is raised by the read that waits and by every other', () =>
    withVirtualTime(async () => {
      const reader = readerOf('abc', { eof: false });
      const failureOfStream = new Error('broken');
      const waiting = new Task(() => reader.readexactly(10));
      await sleep(0);
      reader.setException(failureOfStream);
      await rejects(waiting, (error) => error === failureOfStream);
      await rejects(reader.read(1), (error) => error === failureOfStream);
      assert.equal(reader.exception(), failureOfStream);
    }));

  test('two that read at once: the second gets an error', () =>
    withVirtualTime(async () => {
      const reader = new StreamReader();
      const first = new Task(() => reader.read(1));
      await sleep(0);
      await rejects(reader.readline(), (error) =>
        (error as Error).message.startsWith('readline()'),
      );
      reader.feedData('x');
      assert.equal(text(await first), 'x');
    }));

  test('one that was woken, and finds that another took the data, waits on', () =>
    withVirtualTime(async () => {
      const reader = new StreamReader();
      const first = new Task(() => reader.read(10));
      await sleep(0);
      reader.feedData('a');
      // Data is there, so this one does not wait.
      assert.equal(text(await reader.read(10)), 'a');
      reader.feedData('b');
      assert.equal(text(await first), 'b');
    }));

  test('a cancelled or aborted read loses nothing of what it had collected', () =>
    withVirtualTime(async () => {
      const reads: Record<
        string,
        (reader: StreamReader, signal?: AbortSignal) => Operation<Buffer>
      > = {
        read: (reader, signal) => reader.read(-1, { signal }),
        readexactly: (reader, signal) => reader.readexactly(9, { signal }),
        readline: (reader, signal) => reader.readline({ signal }),
        readuntil: (reader, signal) => reader.readuntil('--', { signal }),
      };
      for (const [name, read] of Object.entries(reads)) {
        // With so low a limit the transport is paused, too. Lines have to be within it.
        const reader = new StreamReader({ limit: /line|until/.test(name) ? 5 : 1 });
        const paused: boolean[] = [];
        reader.setTransport({
          pauseReading: () => void paused.push(true),
          resumeReading: () => void paused.push(false),
        });
        const controller = new AbortController();
        const cancelled = new Task(() => read(reader));
        await sleep(0);
        reader.feedData('a');
        await sleep(0);
        reader.feedData('b');
        await sleep(0);
        cancelled.cancel();
        await rejects(cancelled, (error) => error instanceof CancelledError);
        const aborted = new Task(() => read(reader, controller.signal));
        await sleep(0);
        reader.feedData('c');
        await sleep(0);
        controller.abort(new Error('enough'));
        await rejects(aborted, (error) => (error as Error).message === 'enough');
        reader.feedData('def');
        reader.feedEof();
        assert.equal(text(await reader.read()), 'abcdef', name);
        assert.notEqual(paused.at(-1), true, name);
      }
    }));

  test('a cancelled or aborted read leaves the reader to others', () =>
    withVirtualTime(async () => {
      const reader = new StreamReader();
      reader.feedData('ab');
      const cancelled = new Task(() => reader.readexactly(4));
      await sleep(0);
      cancelled.cancel();
      await rejects(cancelled, (error) => error instanceof CancelledError);
      const controller = new AbortController();
      const aborted = new Task(() => reader.readline({ signal: controller.signal }));
      await sleep(0);
      controller.abort(new Error('enough'));
      await rejects(aborted, (error) => (error as Error).message === 'enough');
      reader.feedData('cd\n');
      assert.equal(text(await reader.readline()), 'abcd\n');
    }));

  test('pauses its transport above twice the limit and resumes it at the limit', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const reader = new StreamReader({ limit: 4 });
      reader.setTransport({
        pauseReading: () => events.push('pause'),
        resumeReading: () => events.push('resume'),
      });
      reader.feedData('12345678');
      events.push('fed 8');
      reader.feedData('9');
      events.push('fed 9');
      await reader.readexactly(4);
      events.push('read 4');
      await reader.readexactly(1);
      events.push('read 5');
      assert.deepEqual(events, ['fed 8', 'pause', 'fed 9', 'read 4', 'resume', 'read 5']);
    }));

  test('resumes it also when more than twice the limit is wanted', () =>
    withVirtualTime(async () => {
      const reader = new StreamReader({ limit: 1 });
      const events: string[] = [];
      const later = ['cd', 'ef'];
      reader.setTransport({
        pauseReading: () => events.push('pause'),
        resumeReading: () => reader.feedData(later.splice(0).join('')),
      });
      reader.feedData('abc');
      assert.equal(text(await reader.readexactly(7)), 'abccdef');
      assert.deepEqual(events, ['pause', 'pause']);
    }));

  test('for await gives the lines', () =>
    withVirtualTime(async () => {
      const lines: string[] = [];
      for await (const line of readerOf('a\n\nb')) lines.push(text(line));
      assert.deepEqual(lines, ['a\n', '\n', 'b']);
    }));

  test('what was read is not written over by what comes later', () =>
    withVirtualTime(async () => {
      const reader = new StreamReader();
      reader.feedData('aaaa');
      reader.feedData('bbbb');
      const first = await reader.readexactly(6);
      for (let i = 0; i < 5000; i++) reader.feedData('zzzz');
      assert.equal(text(first), 'aaaabb');
    }));

  test('feedData keeps its chunk as it is', () =>
    withVirtualTime(async () => {
      const reader = new StreamReader();
      const chunk = Buffer.from('abcd');
      reader.feedData(chunk.subarray(0, 2));
      reader.feedData('XY');
      assert.equal(text(await reader.readexactly(4)), 'abXY');
      assert.equal(text(chunk), 'abcd');
    }));

  test('refuses what makes no sense, and quotes it', () =>
    withVirtualTime(async () => {
      assert.throws(() => new StreamReader({ limit: 0 }), /got 0/);
      const reader = new StreamReader();
      for (const read of [
        () => reader.readexactly(-1),
        () => reader.read(1.5),
        () => reader.readuntil(''),
        () => reader.readuntil([]),
        () => reader.readuntil(7 as never),
      ]) {
        assert.deepEqual(await failure(read()), { code: 'ERR_INVALID_ARGUMENT' });
      }
      reader.feedEof();
      assert.throws(() => reader.feedData('x'), { code: 'ERR_INVALID_STATE' });
    }));
});
