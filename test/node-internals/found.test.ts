// Fails on a Node where one of the internals is gone. docs/how-it-works.md says what is lost then.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';

import { loadAddon } from '../../src/addon/addon.ts';
import { findAsyncFrames } from '../../src/node-internals/async-context-frame.ts';
import { findAsyncWrap } from '../../src/node-internals/async-wrap.ts';
import { findBufferClass } from '../../src/node-internals/fast-buffer.ts';
import { findModuleLoader } from '../../src/node-internals/module-loader.ts';
import { findOwnWarning } from '../../src/node-internals/own-warnings.ts';
import { findRawSocket } from '../../src/node-internals/raw-socket.ts';
import { findRefusedInput } from '../../src/node-internals/refused-input.ts';
import { findNodeFrame } from '../../src/node-internals/stack-frames.ts';
import { findStreamHandle, holdsHandle } from '../../src/node-internals/stream-handle.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../io/fixtures/${name}`, import.meta.url));
const serverTls = {
  cert: fixture('localhost-cert.pem'),
  key: fixture('localhost-key.pem'),
};

const frames = (): string[] => String(new Error('here').stack).split('\n');
const loading = frames();

const loaded = loadAddon();
const addon = 'addon' in loaded ? loaded.addon : undefined;
const skip = addon === undefined && 'needs the addon';

/** Both ends of a connection to `server`, which is closed. */
async function ends(server: Server, at: { path: string } | { port: number }): Promise<Socket[]> {
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => void server.listen(at, resolve));
  const address = server.address();
  const client = typeof address === 'string' ? connect(address) : connect(address!.port);
  const both = [await accepted, client];
  server.close();
  return both;
}

suite('this Node still has', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-found-'));

  for (const [kind, at] of [
    ['TCP', { port: 0 }],
    ['a pipe', { path: join(folder, 'socket') }],
  ] as const) {
    test(`the handle of a socket, ${kind}`, async () => {
      for (const socket of await ends(createServer(), at)) {
        const handle = findStreamHandle(socket);
        assert.ok(handle !== undefined);
        assert.ok(handle.fd > 0);
        assert.ok(holdsHandle(socket, handle));
        socket.destroy();
        assert.equal(findStreamHandle(socket), undefined);
        assert.ok(!holdsHandle(socket, handle));
      }
    });
  }

  test('the plain socket below that of a TLS server', async () => {
    const server = createTlsServer(serverTls);
    const secured = new Promise<TLSSocket>((resolve) => server.once('secureConnection', resolve));
    const raw = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const client = connectTls({ port, rejectUnauthorized: false });
    assert.equal(findRawSocket(await secured), await raw);
    assert.equal(findStreamHandle(await secured), undefined);
    client.destroy();
    server.close();
  });

  test('the module loader', () => {
    const loader = findModuleLoader();
    assert.ok(loader !== undefined);
    const file = join(folder, 'module.cjs');
    writeFileSync(file, 'exports.parent = module.parent;');
    const module = new loader(file, null);
    module.load(file);
    assert.deepEqual((module as unknown as { exports: unknown }).exports, { parent: null });
    assert.equal(loader._cache, createRequire(file).cache);
    assert.equal(loader._resolveFilename(file, null, false), file);
    assert.equal(loader._load('node:fs', null, false), createRequire(file)('node:fs'));
    rmSync(folder, { recursive: true });
  });

  test('the class of all Buffers', () => {
    const BufferPart = findBufferClass();
    assert.ok(BufferPart !== undefined);
    const { buffer } = Uint8Array.from([1, 2, 3, 4]);
    const part = new BufferPart(buffer, 1, 2);
    assert.ok(part instanceof Buffer);
    assert.deepEqual(part, Buffer.from(buffer, 1, 2));
    assert.equal(part.buffer, buffer);
  });

  test('the arrays of async ids, and frames or resources that carry the context', { skip }, () => {
    const found = findAsyncFrames(addon!);
    assert.equal(found !== undefined, !process.versions.node.startsWith('22.'));
    assert.ok(findAsyncWrap(addon!, found === undefined) !== undefined);
  });

  test('its names for what runs promise jobs and what loads a module', async () => {
    assert.equal(findNodeFrame(loading), 'module loader');
    const required = join(mkdtempSync(join(tmpdir(), 'greenroom-found-')), 'frames.cjs');
    writeFileSync(required, "exports.frames = new Error('here').stack.split('\\n');");
    const { frames: whileRequired } = createRequire(required)(required) as { frames: string[] };
    assert.equal(findNodeFrame(whileRequired), 'module loader');
    rmSync(required);
    const inTick = await new Promise<string[]>((resolve) => {
      process.nextTick(() => resolve(frames()));
    });
    assert.equal(findNodeFrame(inTick), 'promise jobs');
    const inTimer = await new Promise<string[]>((resolve) => {
      setTimeout(() => resolve(frames()), 0);
    });
    assert.equal(findNodeFrame(inTimer), undefined);
  });

  test('no other warnings about what the command uses than those that are known', () => {
    const program = `
      const { mkdtempSync, writeFileSync, rmSync } = require('node:fs');
      const { tmpdir } = require('node:os');
      const { join } = require('node:path');
      const folder = mkdtempSync(join(tmpdir(), 'greenroom-found-'));
      process.on('warning', ({ name, message }) => console.log(JSON.stringify([name, message])));
      writeFileSync(join(folder, 'x.mjs'), 'export default 1');
      require(join(folder, 'x.mjs'));
      require('node:module').stripTypeScriptTypes('let x: number');
      rmSync(folder, { recursive: true });
    `;
    const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    const warnings = stdout.split('\n').filter((line) => line !== '');
    for (const line of warnings) {
      const [name, message] = JSON.parse(line) as [string, string];
      assert.equal(name, 'ExperimentalWarning');
      assert.ok(findOwnWarning(message) !== undefined, message);
    }
  });

  test('its refusal of an input, which comes last of all', () => {
    const input = {} as unknown as string;
    let thrown: unknown;
    try {
      spawnSync('true', [], { input });
    } catch (error) {
      thrown = error;
    }
    assert.equal(findRefusedInput(thrown), thrown);
    assert.throws(
      () => spawnSync('true', [], { input, timeout: -1 }),
      (error) => findRefusedInput(error) === undefined,
    );
  });
});
