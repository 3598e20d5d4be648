import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';
import { afterEach, suite, test } from 'node:test';
import { connect as connectTls } from 'node:tls';

import { ConnectionError } from '../../src/io/connect/connection-error.ts';
import { createConnection } from '../../src/io/connect/create-connection.ts';
import { createServer } from '../../src/io/serve/create-server.ts';
import { openConnection, startServer } from '../../src/io/streams/streams.ts';
import { startTls } from '../../src/io/tls/start-tls.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';
import { Recorder } from './recorder.ts';

// Made once, for a hundred years:
//   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost \
//     -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout localhost-key.pem -out localhost-cert.pem
const fixture = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const cert = fixture('localhost-cert.pem');
const key = fixture('localhost-key.pem');
const HOST = '127.0.0.1';
const serverTls = { cert, key };
const clientTls = { ca: cert };

suite('TLS', () => {
  afterEach(nothingLeft);

  test('streams talk over it, and know of it', async () => {
    const server = await startServer(
      async (reader, writer) => {
        for await (const line of reader) writer.write(line);
        writer.close();
      },
      HOST,
      0,
      { ssl: serverTls },
    );
    const [reader, writer] = await openConnection(HOST, server.port, {
      ssl: clientTls,
      serverHostname: 'localhost',
    });
    writer.write('secret\n');
    assert.equal(String(await reader.readline()), 'secret\n');
    assert.equal(writer.getExtraInfo('peercert')?.subject.CN, 'localhost');
    assert.match(writer.getExtraInfo('cipher')?.version ?? '', /^TLSv1\.[23]$/);
    assert.equal(writer.canWriteEof(), false);
    writer.close();
    await writer.waitClosed();
    await server[Symbol.asyncDispose]();
  });

  test('megabytes arrive whole, whatever the limits', async () => {
    const size = 3_000_000;
    const data = Buffer.from(Uint8Array.from({ length: size }, (_, i) => i % 253));
    const server = await startServer(
      function* (_reader, writer) {
        writer.write(data);
        yield* writer.drain();
        writer.close();
      },
      HOST,
      0,
      { ssl: serverTls },
    );
    const [reader, writer] = await openConnection(HOST, server.port, {
      ssl: clientTls,
      limit: 1000,
    });
    assert.equal((await reader.read()).equals(data), true);
    writer.close();
    await server[Symbol.asyncDispose]();
  });

  test('writeEof says that one direction cannot end alone, and the whole answer is read', async () => {
    const answer = Buffer.alloc(3_000_000, 'answer ');
    const server = await startServer(
      async (reader, writer) => {
        await reader.readline();
        writer.write(answer);
        await writer.drain();
        writer.close();
      },
      HOST,
      0,
      { ssl: serverTls },
    );
    const [reader, writer] = await openConnection(HOST, server.port, { ssl: clientTls });
    writer.write('question\n');
    assert.throws(() => writer.writeEof(), {
      code: 'ERR_INVALID_STATE',
      message: /only one direction of a TLS connection; close\(\)/,
    });
    assert.equal((await reader.read()).equals(answer), true);
    writer.close();
    assert.throws(() => writer.writeEof(), { code: 'ERR_INVALID_STATE' });
    await server[Symbol.asyncDispose]();
  });

  test('protocols are told as without it', async () => {
    const [client, accepted] = [new Recorder(), new Recorder()];
    const server = await createServer(() => accepted, HOST, 0, { ssl: serverTls });
    await createConnection(() => client, HOST, server.port, { ssl: clientTls });
    client.transport.write('hello');
    await accepted.has('hello');
    client.transport.close();
    await accepted.lost;
    await client.lost;
    assert.deepEqual(accepted.events, ['made', 'data', 'eof', 'lost']);
    assert.deepEqual(client.events, ['made', 'lost']);
    await server[Symbol.asyncDispose]();
  });

  test('a certificate that nobody vouches for is refused', async () => {
    const server = await startServer(async (_reader, writer) => writer.close(), HOST, 0, {
      ssl: serverTls,
      onError: () => {},
    });
    await rejects(openConnection(HOST, server.port, { ssl: true }), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.deepEqual([error.host, error.port], [HOST, server.port]);
      assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      return true;
    });
    await server[Symbol.asyncDispose]();
  });

  test('a client that speaks something else is reported, and harms nobody', async () => {
    const reported = Promise.withResolvers<unknown>();
    const server = await startServer(() => {}, HOST, 0, {
      ssl: serverTls,
      onError: reported.resolve,
    });
    const [reader, writer] = await openConnection(HOST, server.port);
    writer.write('GET / HTTP/1.0\r\n\r\n');
    assert.match(String(await reported.promise), /SSL|http/i);
    await reader.read().catch(() => {});
    writer.close();
    await server[Symbol.asyncDispose]();
  });

  test('a server that does not shake hands in time is given up', async () => {
    const server = await startServer(() => {}, HOST, 0);
    await rejects(
      openConnection(HOST, server.port, { ssl: clientTls, sslHandshakeTimeout: 1 }),
      (error) => (error as ConnectionError).code === 'ETIMEDOUT',
    );
    server.close();
    server.abortClients();
    await server.waitClosed();
  });

  test('abortClients ends also those that have not shaken hands', async () => {
    const server = await startServer(() => {}, HOST, 0, { ssl: serverTls });
    const socket = connect(server.port, HOST);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => {});
    const [reader] = await openConnection(HOST, server.port, { ssl: clientTls });
    server.close();
    server.abortClients();
    await reader.read().catch(() => {});
    await server.waitClosed();
  });

  test('closeClients sends what was written before', async () => {
    const answer = Buffer.alloc(30_000_000, 'answer ');
    const server = await startServer(
      (_reader, writer) => {
        writer.write(answer);
        server.close();
        server.closeClients();
      },
      HOST,
      0,
      { ssl: serverTls },
    );
    const [reader] = await openConnection(HOST, server.port, { ssl: clientTls });
    assert.equal((await reader.read()).equals(answer), true);
    await server.waitClosed();
  });

  test('streams go on in TLS after startTls, on both sides', async () => {
    const server = await startServer(
      async (reader, writer) => {
        assert.equal(String(await reader.readline()), 'STARTTLS\n');
        writer.write('ready\n');
        await writer.startTls(serverTls);
        assert.ok(writer.getExtraInfo('sslObject') !== undefined);
        for await (const line of reader) writer.write(`secret ${String(line)}`);
        writer.close();
      },
      HOST,
      0,
    );
    const [reader, writer] = await openConnection(HOST, server.port);
    writer.write('STARTTLS\n');
    assert.equal(String(await reader.readline()), 'ready\n');
    await writer.startTls({ ...clientTls, servername: 'localhost' });
    writer.write('one\n');
    assert.equal(String(await reader.readline()), 'secret one\n');
    writer.close();
    await writer.waitClosed();
    await server[Symbol.asyncDispose]();
  });

  test('a hello that came together with the line before it is not lost', async () => {
    for (const limit of [undefined, 16]) {
      const server = await startServer(
        async (reader, writer) => {
          const header = String(await reader.readline());
          await writer.startTls(serverTls);
          for await (const line of reader) writer.write(`behind ${header}${String(line)}`);
          writer.close();
        },
        HOST,
        0,
        { limit },
      );
      const raw = connect(server.port, HOST);
      let before = 'PROXY\n';
      const link = new Duplex({
        read: () => {},
        write: (chunk: Buffer, _encoding, done) => {
          raw.write(Buffer.concat([Buffer.from(before), chunk]), done);
          before = '';
        },
        final: (done) => void raw.end(done),
      });
      raw.on('data', (chunk) => link.push(chunk)).on('end', () => link.push(null));
      const secure = connectTls({ socket: link, ...clientTls, servername: 'localhost' });
      secure.write('one\n');
      const lines = createInterface(secure)[Symbol.asyncIterator]();
      assert.equal((await lines.next()).value, 'behind PROXY');
      assert.equal((await lines.next()).value, 'one');
      secure.end();
      await server[Symbol.asyncDispose]();
    }
  });

  test('a startTls that fails loses the connection, and says why', async () => {
    const server = await createServer(() => new Recorder(), HOST, 0);
    const client = new Recorder();
    const [transport] = await createConnection(() => client, HOST, server.port);
    await rejects(
      startTls(transport, clientTls, { sslHandshakeTimeout: 1 }),
      (error) => error instanceof ConnectionError && error.port === server.port,
    );
    await client.lost;
    assert.deepEqual(client.events, ['made', 'lost: ETIMEDOUT']);
    server.close();
    await server.waitClosed();
  });

  test('startTls after the other side’s end fails at once', async () => {
    const accepted = new Recorder(true);
    const server = await createServer(() => accepted, HOST, 0);
    const client = new Recorder(true);
    const [transport] = await createConnection(() => client, HOST, server.port);
    transport.writeEof();
    while (!accepted.events.includes('eof')) await new Promise(setImmediate);
    await rejects(
      startTls(accepted.transport, serverTls, { serverSide: true }),
      (error) => error instanceof ConnectionError && error.code === 'ECONNRESET',
    );
    accepted.transport.abort();
    transport.abort();
    await client.lost;
    server.close();
    await server.waitClosed();
  });

  test('startTls ends a pause of what it is given', async () => {
    const accepted = new Recorder();
    const server = await createServer(() => accepted, HOST, 0);
    const client = new Recorder();
    const [transport] = await createConnection(() => client, HOST, server.port);
    while (accepted.events.length === 0) await new Promise(setImmediate);
    transport.pauseReading();
    accepted.transport.pauseReading();
    const [secured] = await Promise.all([
      startTls(transport, clientTls, { serverHostname: 'localhost' }),
      startTls(accepted.transport, serverTls, { serverSide: true }),
    ]);
    secured.write('over TLS');
    await accepted.has('over TLS');
    secured.close();
    await client.lost;
    await accepted.lost;
    server.close();
    await server.waitClosed();
  });

  test('the transport that was given to startTls is not to be used any more', async () => {
    const accepted = new Recorder();
    const server = await createServer(() => accepted, HOST, 0);
    const client = new Recorder();
    const [transport] = await createConnection(() => client, HOST, server.port);
    while (accepted.events.length === 0) await new Promise(setImmediate);
    const [secured] = await Promise.all([
      startTls(transport, clientTls, { serverHostname: 'localhost' }),
      startTls(accepted.transport, serverTls, { serverSide: true }),
    ]);
    assert.throws(() => transport.write('x'), /use the transport that it returned/);
    secured.write('over TLS');
    await accepted.has('over TLS');
    secured.close();
    await client.lost;
    await accepted.lost;
    assert.deepEqual(accepted.events, ['made', 'data', 'eof', 'lost']);
    server.close();
    await server.waitClosed();
  });
});
