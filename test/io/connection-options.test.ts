import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import {
  connect,
  createServer as createNodeServer,
  type Server as NodeServer,
  Socket,
} from 'node:net';
import { afterEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { root, sourceFlags } from '../../scripts/run.ts';
import { ExceptionGroup } from '../../src/errors/exception-group.ts';
import type { LocalAddress } from '../../src/io/connect/address.ts';
import { withAllErrors } from '../../src/io/connect/connect-failure.ts';
import { ConnectionError, toConnectionError } from '../../src/io/connect/connection-error.ts';
import { createConnection } from '../../src/io/connect/create-connection.ts';
import { createServer } from '../../src/io/serve/create-server.ts';
import { openConnection, startServer } from '../../src/io/streams/streams.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';
import { Recorder } from './recorder.ts';

const HOST = '127.0.0.1';
const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const tls = { cert: fixture('localhost-cert.pem'), key: fixture('localhost-key.pem') };

/** A socket of Node's, connected to `port`. */
async function connected(port: number): Promise<Socket> {
  const socket = connect(port, HOST);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

async function listening(): Promise<NodeServer> {
  const server = createNodeServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return server;
}

const portOf = (server: NodeServer): number => (server.address() as { port: number }).port;

/** A port where nobody listens, whatever the address. */
async function freePort(): Promise<number> {
  const server = await createServer(() => new Recorder(), undefined, 0);
  const { port } = server;
  server.close();
  await server.waitClosed();
  return port;
}

/** Answers each line, and the end. */
const answering = () =>
  startServer(
    async (reader, writer) => {
      for await (const line of reader) writer.write(`got ${String(line)}`);
      writer.write('end');
      writer.close();
    },
    HOST,
    0,
  );

const refuses = (awaitable: PromiseLike<unknown>, message: RegExp): Promise<void> =>
  rejects(awaitable, { code: 'ERR_INVALID_ARGUMENT', message });

suite('createConnection with `sock`', () => {
  afterEach(nothingLeft);

  test('goes on with a connection that is there, half open where the protocol wants it', async () => {
    const server = await answering();
    const sock = await connected(server.port);
    const [transport, client] = await createConnection(
      () => new Recorder(true),
      undefined,
      undefined,
      {
        sock,
      },
    );
    assert.equal(transport.getExtraInfo('socket'), sock);
    assert.equal(transport.getExtraInfo('peername')?.port, server.port);
    transport.write('one\n');
    await client.has('got one\n');
    transport.writeEof();
    await client.has('end');
    transport.close();
    await client.lost;
    await server[Symbol.asyncDispose]();
  });

  test('is given what has come already', async () => {
    const node = await listening();
    node.on('connection', (socket) => socket.end('welcome'));
    const sock = await connected(portOf(node));
    await new Promise((resolve) => sock.once('readable', resolve));
    const [, client] = await createConnection(() => new Recorder(), undefined, undefined, { sock });
    await client.lost;
    assert.deepEqual(
      [client.received, client.events],
      ['welcome', ['made', 'data', 'eof', 'lost']],
    );
    await new Promise((resolve) => node.close(resolve));
  });

  test('goes on in TLS, with the name that was given', async () => {
    const server = await startServer(
      function* (reader, writer) {
        writer.write(yield* reader.readline());
        writer.close();
      },
      HOST,
      0,
      { ssl: tls },
    );
    const sock = await connected(server.port);
    await refuses(
      openConnection(undefined, undefined, { sock, ssl: true }),
      /Expected `serverHostname`/,
    );
    const [reader, writer] = await openConnection(undefined, undefined, {
      sock,
      ssl: { ca: tls.cert },
      serverHostname: 'localhost',
    });
    writer.write('secret\n');
    assert.equal(String(await reader.read()), 'secret\n');
    writer.close();
    await server[Symbol.asyncDispose]();
  });

  test('refuses a host and port besides, and a socket that is not connected', async () => {
    const node = await listening();
    const port = portOf(node);
    const sock = await connected(port);
    const make = () => new Recorder();
    await refuses(
      createConnection(make, HOST, port, { sock }),
      /no host and port.*got "127.0.0.1"/,
    );
    await refuses(createConnection(make, undefined, 80, { sock }), /got undefined and 80/);
    await refuses(createConnection(make, undefined, undefined), /`host`.*got undefined/);
    const over = (other: unknown) =>
      createConnection(make, undefined, undefined, { sock: other as Socket });
    await refuses(over({}), /connected net\.Socket, got an object/);
    await refuses(over(new Socket()), /got one that was never connected/);
    const early = connect(port, HOST);
    await refuses(over(early), /got one that still connects; wait for its 'connect' event/);
    early.destroy();
    sock.destroy();
    await refuses(over(sock), /got one that is closed/);
    await new Promise((resolve) => node.close(resolve));
  });

  test('closes the socket when it is given up', async () => {
    const node = await listening();
    const sock = await connected(portOf(node));
    const failure = new Error('of the factory');
    const make = (): Recorder => {
      throw failure;
    };
    await rejects(
      createConnection(make, undefined, undefined, { sock }),
      (error) => error === failure,
    );
    assert.equal(sock.destroyed, true);
    await new Promise((resolve) => node.close(resolve));
  });
});

suite('createConnection with `allErrors`', () => {
  afterEach(nothingLeft);

  test('raises a group of the error of each address, named', async () => {
    const port = await freePort();
    for (const host of [HOST, 'localhost']) {
      await rejects(
        createConnection(() => new Recorder(), host, port, { allErrors: true }),
        (error) => {
          assert.ok(error instanceof ExceptionGroup);
          for (const one of error.errors as ConnectionError[]) {
            assert.ok(one instanceof ConnectionError);
            assert.equal(one.port, port);
            assert.match(one.message, /^Cannot connect to (127\.0\.0\.1|\[::1\]):\d+: /);
          }
          return true;
        },
      );
      await rejects(
        createConnection(() => new Recorder(), host, port),
        { name: 'ConnectionError' },
      );
    }
  });

  test('makes of Node’s one error as many as it stands for', () => {
    const failure = (address: string) =>
      Object.assign(new Error('connect'), {
        code: 'ECONNREFUSED',
        syscall: 'connect',
        address,
        port: 9,
      });
    const cause = Object.assign(new AggregateError([failure('::1'), failure(HOST)]), {
      code: 'ECONNREFUSED',
    });
    const place = { host: 'somewhere', port: 9 };
    const group = withAllErrors(toConnectionError('Cannot connect to', place, cause));
    assert.ok(group instanceof ExceptionGroup);
    const errors = group.errors as ConnectionError[];
    assert.deepEqual(
      errors.map(({ host, port, code }) => [host, port, code]),
      [
        ['::1', 9, 'ECONNREFUSED'],
        [HOST, 9, 'ECONNREFUSED'],
      ],
    );
    assert.equal(group.cause, cause);
    const lookup = Object.assign(new Error('lookup'), {
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
    });
    for (const other of [lookup, toConnectionError('Cannot connect to', place, lookup)]) {
      assert.equal(withAllErrors(other), other);
    }
  });

  test('is no matter for a connection that is made; `interleave` is 1 or left out', async () => {
    const server = await answering();
    const [, writer] = await openConnection(HOST, server.port, {
      allErrors: true,
      interleave: 1,
      happyEyeballsDelay: 100,
    });
    writer.close();
    await refuses(
      openConnection(HOST, server.port, { interleave: 2 as 1 }),
      /`interleave` to be a whole number from 1 to 1, got 2/,
    );
    await refuses(openConnection(HOST, server.port, { family: 5 as 4 }), /`family`.* got 5/);
    await server[Symbol.asyncDispose]();
  });
});

suite('createConnection with `localAddr`', () => {
  afterEach(nothingLeft);

  test('takes an address in each form, or one part of it', async () => {
    const server = await answering();
    for (const localAddr of [
      ['127.0.0.2', 0],
      ['127.0.0.2'],
      { address: '127.0.0.2', port: 0, family: 'IPv4' },
    ] as LocalAddress[]) {
      const [transport, client] = await createConnection(() => new Recorder(), HOST, server.port, {
        localAddr,
      });
      assert.equal(transport.getExtraInfo('sockname')?.address, '127.0.0.2');
      transport.close();
      await client.lost;
    }
    for (const localAddr of ['127.0.0.2', {}, ['a.name', 0], [HOST, -1]] as unknown[]) {
      await refuses(
        createConnection(() => new Recorder(), HOST, server.port, {
          localAddr: localAddr as LocalAddress,
        }),
        /`localAddr` to be an address|`port` to be a whole number/,
      );
    }
    await server[Symbol.asyncDispose]();
  });
});

suite('createServer', () => {
  afterEach(nothingLeft);

  const closed = async (server: { close(): void; waitClosed(): PromiseLike<void> }) => {
    server.close();
    await server.waitClosed();
  };

  test('listens only at addresses of the family', async () => {
    const any = await createServer(() => new Recorder(), undefined, 0, { family: 4 });
    assert.deepEqual(any.sockets, [{ address: '0.0.0.0', port: any.port, family: 'IPv4' }]);
    await closed(any);
    const named = await createServer(() => new Recorder(), 'localhost', 0, {
      family: 4,
      reuseAddress: true,
    });
    assert.deepEqual(
      named.sockets.map(({ family }) => family),
      ['IPv4'],
    );
    await closed(named);
    const make = () => new Recorder();
    await refuses(
      createServer(make, HOST, 0, { family: 6 }),
      /`host` to be an IPv6 address.*got "127\.0\.0\.1"/,
    );
    await refuses(createServer(make, HOST, 0, { family: 5 as 4 }), /`family`.* got 5/);
    await refuses(
      createServer(make, HOST, 0, { reuseAddress: false as true }),
      /`reuseAddress` to be true or left out, because Node .* got false/,
    );
  });

  test('takes no IPv4 connections with family 6', async (t) => {
    let server;
    try {
      server = await createServer(() => new Recorder(), undefined, 0, { family: 6 });
    } catch (error) {
      return t.skip(`no IPv6 here: ${(error as Error).message}`);
    }
    assert.deepEqual(server.sockets, [{ address: '::', port: server.port, family: 'IPv6' }]);
    await rejects(
      createConnection(() => new Recorder(), HOST, server.port),
      { code: 'ECONNREFUSED' },
    );
    await closed(server);
  });

  test('goes on with a server of Node that listens, and closes it', async () => {
    const node = await listening();
    const port = portOf(node);
    const accepted = new Recorder();
    const server = await createServer(() => accepted, undefined, undefined, { sock: node });
    assert.equal(server.port, port);
    const [transport, client] = await createConnection(() => new Recorder(), HOST, port);
    transport.write('hello');
    await accepted.has('hello');
    transport.close();
    await client.lost;
    await closed(server);
    await rejects(
      createConnection(() => new Recorder(), HOST, port),
      { code: 'ECONNREFUSED' },
    );
  });

  test(
    'listens at a descriptor',
    { skip: process.platform === 'win32' && 'not there' },
    async () => {
      const node = await listening();
      const port = portOf(node);
      const { fd } = (node as unknown as { _handle: { fd: number } })._handle;
      const program = fileURLToPath(new URL('fixtures/serve-descriptor.ts', import.meta.url));
      const child = spawn(process.execPath, [...sourceFlags, program], {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit', fd],
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      });
      const exit = once(child, 'exit');
      node.close();
      try {
        const [reader, writer] = await openConnection(HOST, port);
        assert.equal(String(await reader.read()), `at ${port}`);
        writer.close();
        assert.deepEqual(await exit, [0, null]);
      } finally {
        child.kill();
      }
    },
  );

  test('refuses what is not listening, and a host or port besides', async () => {
    const make = () => new Recorder();
    const at = (sock: unknown) =>
      createServer(make, undefined, undefined, { sock: sock as NodeServer });
    await refuses(at(createNodeServer()), /a net\.Server that listens.*got a Server that does not/);
    await refuses(at({}), /got an object/);
    await refuses(at(-1), /`sock`.* got -1/);
    await refuses(createServer(make, HOST, 0, { sock: 3 }), /no host and port.* got "127/);
    await refuses(createServer(make, HOST, undefined), /`port`.* got undefined/);
    const file = openSync(import.meta.filename, 'r');
    await rejects(at(file), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.match(error.message, /^Cannot listen at the socket of descriptor \d+: /);
      return true;
    });
    closeSync(file);
  });
});
