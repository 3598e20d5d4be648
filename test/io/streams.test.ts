import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, suite, test } from 'node:test';

import { createTask, newEventLoop, run, sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { GreenletExit } from '../../src/errors/greenlet-exit.ts';
import { getCurrent } from '../../src/greenlet/greenlet.ts';
import { kill } from '../../src/hub/kill.ts';
import { main } from '../../src/hub/main.ts';
import { wait } from '../../src/hub/wait.ts';
import { ConnectionError } from '../../src/io/connect/connection-error.ts';
import {
  type ConnectionHandler,
  openConnection,
  startServer,
  type StreamServing,
} from '../../src/io/streams/streams.ts';
import type { Server } from '../../src/io/serve/server.ts';
import type { StreamReader } from '../../src/io/streams/stream-reader.ts';
import type { StreamWriter } from '../../src/io/streams/stream-writer.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { Task } from '../../src/task/task.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';

const HOST = '127.0.0.1';

/** Runs `client` against a server; both are closed at the end, and nothing may be left. */
async function withServer<T>(
  handle: ConnectionHandler,
  client: (reader: StreamReader, writer: StreamWriter, server: Server) => PromiseLike<T>,
  options: StreamServing & { onError?: (error: unknown) => void } = {},
): Promise<T> {
  const server = await startServer(handle, HOST, 0, options);
  const [reader, writer] = await openConnection(HOST, server.port, options);
  try {
    return await client(reader, writer, server);
  } finally {
    writer.close();
    server.close();
    server.abortClients();
    await server.waitClosed();
  }
}

const upperCase = (line: Buffer): string => line.toString().toUpperCase();

async function askTwice(reader: StreamReader, writer: StreamWriter): Promise<string[]> {
  writer.write('one\ntwo\n');
  await writer.drain();
  const lines = [String(await reader.readline()), String(await reader.readline())];
  writer.writeEof();
  return [...lines, String(await reader.read())];
}

const ANSWERS = ['ONE\n', 'TWO\n', 'bye'];

suite('streams', () => {
  afterEach(nothingLeft);

  test('a handler may be a generator function', async () => {
    const answers = await withServer(function* (reader, writer) {
      for (let line; (line = yield* reader.readline()).length > 0;) {
        writer.write(upperCase(line));
        yield* writer.drain();
      }
      writer.write('bye');
      writer.close();
    }, askTwice);
    assert.deepEqual(answers, ANSWERS);
  });

  test('a handler may be an async function', async () => {
    const answers = await withServer(async (reader, writer) => {
      for await (const line of reader) writer.write(upperCase(line));
      writer.writelines(['b', Buffer.from('ye')]);
      writer.close();
    }, askTwice);
    assert.deepEqual(answers, ANSWERS);
  });

  test(
    'a handler may block, in a greenlet',
    { skip: stackInfo().backend === 'off' && 'needs stacks' },
    async () => {
      const answers = await withServer(
        (reader, writer) => {
          for (let line; (line = wait(reader.readline())).length > 0;) {
            writer.write(upperCase(line));
          }
          writer.write('bye');
          writer.close();
        },
        askTwice,
        { blocking: true },
      );
      assert.deepEqual(answers, ANSWERS);
    },
  );

  test(
    'a handler that is killed breaks its connection off, and that is no error',
    { skip: stackInfo().backend === 'off' && 'needs stacks' },
    async () => {
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      const ends: ((reader: StreamReader) => void)[] = [
        (reader) => {
          kill(getCurrent());
          wait(reader.readline());
        },
        () => {
          throw new GreenletExit();
        },
      ];
      for (const end of ends) {
        await withServer(
          (reader) => end(reader),
          async (reader) => assert.equal(String(await reader.read()), ''),
          { blocking: true, onError },
        );
      }
      assert.deepEqual(errors, []);
    },
  );

  test(
    'a greenlet opens a connection, and reads and writes, without a callback',
    { skip: stackInfo().backend === 'off' && 'needs stacks' },
    async () => {
      await withServer(
        async (reader, writer) => {
          writer.write(await reader.readline());
          writer.close();
        },
        (_reader, _writer, server) =>
          main(() => {
            const [reader, writer] = wait(openConnection(HOST, server.port));
            writer.write('from a greenlet\n');
            assert.equal(String(wait(reader.read())), 'from a greenlet\n');
            writer.close();
            wait(writer.waitClosed());
          }),
      );
    },
  );

  test('a plain handler is called, and the streams outlive it', async () => {
    let streams: [StreamReader, StreamWriter] | undefined;
    await withServer(
      (...both) => {
        streams = both;
      },
      async (_reader, writer) => {
        writer.write('x');
        while (streams === undefined) await sleep(0);
        assert.equal(String(await streams[0].readexactly(1)), 'x');
      },
    );
  });

  test('a handler that fails breaks its connection off, and onError is told', async () => {
    const errors: unknown[] = [];
    const failure = new Error('of the handler');
    await withServer(
      async (reader) => {
        await reader.readline();
        throw failure;
      },
      async (reader, writer) => {
        writer.write('go\n');
        assert.equal(String(await reader.read()), '');
        assert.deepEqual(errors, [failure]);
      },
      { onError: (error) => errors.push(error) },
    );
  });

  test('drain waits while the other side does not read, and goes on when it does', async () => {
    const events: string[] = [];
    const go = Promise.withResolvers<void>();
    await withServer(
      async (reader, writer) => {
        await go.promise;
        for (let left = 8_000_000; left > 0;) left -= (await reader.read(65_536)).length;
        events.push('all read');
        writer.close();
      },
      async (reader, writer) => {
        writer.write(Buffer.alloc(8_000_000));
        assert.ok(writer.transport.getWriteBufferSize() > 65_536);
        const draining = createTask(async () => {
          await writer.drain();
          events.push(`drained, ${writer.transport.getWriteBufferSize() <= 16_384}`);
        });
        await sleep(0);
        assert.deepEqual(events, []);
        go.resolve();
        await draining;
        await reader.read();
        assert.deepEqual(events.toSorted(), ['all read', 'drained, true']);
      },
    );
  });

  test('a reader that is not read holds the sender back, and loses nothing', async () => {
    const size = 3_000_000;
    const data = Buffer.from(Uint8Array.from({ length: size }, (_, i) => i % 251));
    await withServer(
      async (_reader, writer) => {
        writer.write(data);
        await writer.drain();
        writer.close();
      },
      async (reader) => {
        // Wait until the transport is paused.
        const first = await reader.readexactly(1);
        const rest = await reader.readexactly(size - 1);
        assert.equal(Buffer.concat([first, rest]).equals(data), true);
        assert.equal(String(await reader.read()), '');
      },
      { limit: 1000 },
    );
  });

  test('after the other side broke off, reads and drain raise a ConnectionError that names it', async () => {
    await withServer(
      async (reader, writer) => {
        await reader.readexactly(1);
        (writer.getExtraInfo('socket') as Socket).resetAndDestroy();
      },
      async (reader, writer, server) => {
        writer.write('x');
        const expected = (error: unknown): boolean =>
          error instanceof ConnectionError &&
          error.code === 'ECONNRESET' &&
          error.port === server.port;
        await rejects(reader.read(), expected);
        await rejects(writer.drain(), expected);
        await rejects(writer.waitClosed(), expected);
        assert.equal(writer.isClosing(), true);
      },
    );
  });

  test('writing in a loop to a closed connection raises in drain', async () => {
    await withServer(
      async (_reader, writer) => writer.close(),
      async (reader, writer) => {
        await reader.read();
        await rejects(
          (async () => {
            for (;;) {
              writer.write('x');
              await writer.drain();
            }
          })(),
          (error) => error instanceof ConnectionError,
        );
      },
    );
  });

  test('a refused connection names host and port, and says why', () =>
    rejects(openConnection(HOST, 1), (error) => {
      const { name, code, host, port, message } = error as ConnectionError;
      assert.deepEqual(
        { name, code, host, port, message },
        {
          name: 'ConnectionError',
          code: 'ECONNREFUSED',
          host: HOST,
          port: 1,
          message: 'Cannot connect to 127.0.0.1:1: nobody listens there (ECONNREFUSED)',
        },
      );
      return true;
    }));

  test('cancelling the one who waits for the end leaves the others waiting', async () => {
    await withServer(
      async (reader) => void (await reader.read()),
      async (_reader, writer) => {
        const [one, two] = [createTask(writer.waitClosed()), createTask(writer.waitClosed())];
        await sleep(0);
        one.cancel();
        await rejects(one, (error) => error instanceof CancelledError);
        writer.close();
        await two;
      },
    );
  });

  test('a cancelled or aborted attempt to connect leaves no socket', async () => {
    const server = await startServer(() => {}, HOST, 0);
    const task = createTask(openConnection(HOST, server.port), { eagerStart: true });
    task.cancel();
    await rejects(task, (error) => error instanceof CancelledError);
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = createTask(openConnection(HOST, server.port, { signal }), { eagerStart: true });
    controller.abort(new Error('no more'));
    await rejects(aborted, (error) => (error as Error).message === 'no more');
    await rejects(
      openConnection(HOST, server.port, { signal: AbortSignal.abort(new Error('never')) }),
      (error) => (error as Error).message === 'never',
    );
    server.close();
    server.abortClients();
    await server.waitClosed();
  });

  test('an aborted read ends, and the stream goes on', async () => {
    await withServer(
      async (reader, writer) => {
        await reader.readline();
        writer.write('late\n');
      },
      async (reader, writer) => {
        const controller = new AbortController();
        const task = createTask(reader.readline({ signal: controller.signal }));
        await sleep(0);
        controller.abort(new Error('too long'));
        await rejects(task, (error) => (error as Error).message === 'too long');
        writer.write('go\n');
        assert.equal(String(await reader.readline()), 'late\n');
      },
    );
  });

  test('names of both ends', async () => {
    await withServer(
      async (_reader, writer) => {
        writer.write(JSON.stringify(writer.getExtraInfo('peername')));
        writer.close();
      },
      async (reader, writer, server) => {
        const local = writer.getExtraInfo('sockname');
        assert.deepEqual(JSON.parse(String(await reader.read())), local);
        assert.equal(writer.getExtraInfo('peername')?.port, server.port);
        assert.equal(writer.getExtraInfo('cipher', undefined), undefined);
      },
    );
  });
});

suite('a server of streams', () => {
  afterEach(nothingLeft);

  /** A server whose handler fails, and a client that sees the connection break. */
  async function failing(failure: Error): Promise<void> {
    const server = await startServer(
      async () => {
        throw failure;
      },
      HOST,
      0,
    );
    const [reader, writer] = await openConnection(HOST, server.port);
    await reader.read().catch(() => {});
    writer.close();
    await server[Symbol.asyncDispose]();
  }

  test('a handler that fails is reported to the exception handler of the event loop', async () => {
    const failure = new Error('of the handler');
    const loop = newEventLoop();
    const reports: unknown[] = [];
    loop.setExceptionHandler((_loop, { exception }) => reports.push(exception));
    await loop.runUntilComplete(() => failing(failure));
    assert.deepEqual(reports, [failure]);
  });

  test('where there is no event loop, it is printed, and the process goes on', async (t) => {
    const printed = t.mock.method(console, 'error', () => {});
    const failure = new Error('of the handler');
    await failing(failure);
    assert.deepEqual(
      printed.mock.calls.map((call) => call.arguments),
      [['A connection of a server failed:', failure]],
    );
  });

  test('run() cancels the handlers that are left when its main is done', async () => {
    const events: string[] = [];
    let client: StreamWriter | undefined;
    await run(async () => {
      const serving = Promise.withResolvers<void>();
      const server = await startServer(
        function* (reader, writer) {
          serving.resolve();
          try {
            yield* reader.read();
          } finally {
            events.push('cleaned up');
            writer.close();
          }
        },
        HOST,
        0,
      );
      [, client] = await openConnection(HOST, server.port);
      await serving.promise;
      server.close();
      events.push('main is done');
    });
    assert.deepEqual(events, ['main is done', 'cleaned up']);
    client?.close();
  });

  test('serveForever ends when it is cancelled, and the server with it', async () => {
    const server = await startServer(() => {}, HOST, 0, { startServing: false });
    assert.deepEqual([server.isServing(), server.sockets], [false, []]);
    const serving = new Task(server.serveForever());
    while (!server.isServing()) await sleep(1);
    await rejects(server.serveForever(), (error) =>
      (error as Error).message.includes('one caller'),
    );
    serving.cancel();
    await rejects(serving, (error) => error instanceof CancelledError);
    assert.deepEqual([server.isServing(), server.sockets], [false, []]);
    await server.waitClosed();
  });

  test('serveForever ends when its signal is aborted', async () => {
    const server = await startServer(() => {}, HOST, 0);
    const controller = new AbortController();
    const serving = createTask(server.serveForever({ signal: controller.signal }));
    await sleep(0);
    controller.abort(new Error('closing time'));
    await rejects(serving, (error) => (error as Error).message === 'closing time');
    assert.equal(server.isServing(), false);
  });

  test('close keeps connections, waitClosed waits for them, closeClients ends them', async () => {
    const events: string[] = [];
    const accepted = Promise.withResolvers<void>();
    const server = await startServer(
      async (reader, writer) => {
        accepted.resolve();
        events.push(`got ${String(await reader.readline())}`);
        writer.write('answer\n');
        await reader.read();
      },
      HOST,
      0,
    );
    const [reader, writer] = await openConnection(HOST, server.port);
    await accepted.promise;
    server.close();
    const waiting = createTask(server.waitClosed());
    waiting.addDoneCallback(() => events.push('closed'));
    writer.write('still here');
    writer.write('\n');
    events.push(`got ${String(await reader.readline())}`);
    server.closeClients();
    assert.equal(String(await reader.read()), '');
    await waiting;
    writer.close();
    await sleep(0);
    assert.deepEqual(events, ['got still here\n', 'got answer\n', 'closed']);
  });

  test('is async-disposable', async () => {
    const server = await startServer(() => {}, HOST, 0);
    await server[Symbol.asyncDispose]();
    assert.equal(server.isServing(), false);
    await rejects(server.startServing(), (error) => (error as Error).message.includes('closed'));
  });

  test('a port that is taken is named', async () => {
    const server = await startServer(() => {}, HOST, 0);
    await rejects(
      startServer(() => {}, HOST, server.port),
      (error) => {
        const { code, host, port } = error as ConnectionError;
        assert.deepEqual([code, host, port], ['EADDRINUSE', HOST, server.port]);
        return true;
      },
    );
    await server[Symbol.asyncDispose]();
  });

  test('a cancelled or aborted start leaves no listener', async () => {
    for (const host of [HOST, 'localhost']) {
      const task = createTask(
        startServer(() => {}, host, 0),
        { eagerStart: true },
      );
      task.cancel();
      await rejects(task, (error) => error instanceof CancelledError);
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = createTask(
        startServer(() => {}, host, 0, { signal }),
        { eagerStart: true },
      );
      controller.abort(new Error('no more'));
      await rejects(aborted, (error) => (error as Error).message === 'no more');
    }
  });

  test('listens at every host of a list', async () => {
    const server = await startServer(
      async (_reader, writer) => writer.close(),
      ['127.0.0.1', '127.0.0.2'],
      0,
    );
    assert.deepEqual(
      server.sockets.map(({ address }) => address),
      ['127.0.0.1', '127.0.0.2'],
    );
    for (const { address, port } of server.sockets) {
      const [reader, writer] = await openConnection(address, port);
      assert.equal(String(await reader.read()), '');
      writer.close();
      await writer.waitClosed();
    }
    await server[Symbol.asyncDispose]();
  });

  test('a client that connects and goes at once harms nobody', async () => {
    const done = Promise.withResolvers<string>();
    const server = await startServer(
      async (reader, writer) => {
        try {
          done.resolve(String(await reader.read()));
        } catch (error) {
          done.resolve((error as ConnectionError).code);
        }
        writer.close();
      },
      HOST,
      0,
    );
    const socket = connect(server.port, HOST, () => socket.resetAndDestroy());
    assert.match(await done.promise, /^(|ECONNRESET)$/);
    await server[Symbol.asyncDispose]();
  });
});
