import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createNodeServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, suite, test } from 'node:test';

import type { ConnectionError } from '../../src/io/connect/connection-error.ts';
import { createServer } from '../../src/io/serve/create-server.ts';
import type { Server } from '../../src/io/serve/server.ts';
import { openUnixConnection, startUnixServer } from '../../src/io/streams/streams.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';

const saying = (word: string, path: string): PromiseLike<Server> =>
  startUnixServer((_reader, writer) => {
    writer.write(word);
    writer.close();
  }, path);

async function heard(path: string): Promise<string> {
  const [reader, writer] = await openUnixConnection(path);
  const word = String(await reader.read());
  writer.close();
  return word;
}

async function close(server: Server): Promise<void> {
  server.close();
  await server.waitClosed();
}

suite(
  'the path of a Unix server',
  { skip: process.platform === 'win32' && 'there are none' },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenroom-paths-'));
    const home = process.cwd();
    after(() => rmSync(folder, { recursive: true }));
    afterEach(nothingLeft);
    afterEach(() => process.chdir(home));

    test('is its successor’s to keep', async () => {
      const path = join(folder, 'a.sock');
      const first = await saying('first', path);
      assert.equal(await heard(path), 'first');
      const second = await saying('second', path);
      const third = await saying('third', path);
      await close(second);
      assert.equal(await heard(path), 'third');
      await close(first);
      assert.equal(await heard(path), 'third');
      await close(third);
      assert.deepEqual(readdirSync(folder), []);
    });

    test('is left alone if it is a file by then, or gone', async () => {
      const path = join(folder, 'b.sock');
      const first = await saying('first', path);
      rmSync(path);
      writeFileSync(path, 'mine');
      await close(first);
      assert.equal(existsSync(path), true);
      rmSync(path);
      const second = await saying('second', path);
      rmSync(path);
      await close(second);
      assert.deepEqual(readdirSync(folder), []);
    });

    test('is the one that was made, also if the working folder is another by then', async () => {
      const other = join(folder, 'other');
      mkdirSync(other);
      process.chdir(folder);
      const here = await saying('here', 'c.sock');
      process.chdir(other);
      const there = await saying('there', 'c.sock');
      await close(here);
      assert.equal(await heard('c.sock'), 'there');
      assert.deepEqual(readdirSync(folder), ['other']);
      await close(there);
      process.chdir(home);
      rmSync(other, { recursive: true });
      assert.deepEqual(readdirSync(folder), []);
    });

    test('is named where it cannot be made, with the system’s code', async () => {
      writeFileSync(join(folder, 'file'), '');
      const cases: [string, string][] = [
        [join(folder, 'none/x.sock'), 'ENOENT'],
        [join(folder, 'file/x.sock'), 'ENOTDIR'],
        [join(folder, 'file'), 'EADDRINUSE'],
      ];
      for (const [path, code] of cases) {
        await rejects(saying('', path), (error) => {
          const { name, code: found, path: at } = error as ConnectionError;
          assert.deepEqual([name, found, at], ['ConnectionError', code, path]);
          return true;
        });
      }
      // A failure removes nothing.
      assert.deepEqual(readdirSync(folder), ['file']);
      rmSync(join(folder, 'file'));
      await rejects(
        saying('', join(folder, 'a\0b')),
        (error) => (error as { code?: unknown }).code === 'ERR_INVALID_ARGUMENT',
      );
      await rejects(
        createServer(() => ({}), 'a\0b', 0),
        (error) => (error as { code?: unknown }).code === 'ERR_INVALID_ARGUMENT',
      );
    });

    test(
      'in Linux’s own name space needs no removal',
      { skip: process.platform !== 'linux' },
      async () => {
        const path = `\0greenroom-${process.pid}`;
        const server = await saying('abstract', path);
        assert.equal(await heard(path), 'abstract');
        await close(server);
        await new Promise<void>((resolve) => {
          const again = createNodeServer().listen(path, () => again.close(() => resolve()));
        });
      },
    );
  },
);
