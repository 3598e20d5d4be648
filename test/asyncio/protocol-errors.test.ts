import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { suite, test } from 'node:test';

import {
  createConnection,
  createServer,
  type ExceptionContext,
  Future,
  getRunningLoop,
  run,
  type StreamingProtocol,
  type Transport,
} from '../../src/public/asyncio.ts';
import { formatExceptionContext } from '../../src/asyncio/exception-handler.ts';
import { Recorder } from '../io/recorder.ts';

const HOST = '127.0.0.1';
const failure = new RangeError('of the protocol');
const user = new AsyncLocalStorage<string>();

const fail = (): never => {
  throw failure;
};

interface Report extends ExceptionContext {
  /** Who the user is in the handler. */
  readonly user: string | undefined;
}

/** The reports when a client does `act` to a server that speaks `protocol`, as far as the first connection's end. */
function reportsOf(
  protocol: StreamingProtocol,
  act: (client: Transport) => void,
): Promise<{ reports: Report[]; transport: Transport }> {
  return run(async () => {
    const reports: Report[] = [];
    const told = new Future<void>();
    const loop = getRunningLoop();
    loop.setExceptionHandler((_loop, context) => {
      reports.push({ ...context, user: user.getStore() });
      if (!told.done()) told.setResult();
    });
    const made = Promise.withResolvers<Transport>();
    const connectionMade = protocol.connectionMade?.bind(protocol);
    protocol.connectionMade = (transport): void => {
      made.resolve(transport);
      connectionMade?.(transport);
    };
    const server = await user.run('server', async () => createServer(() => protocol, HOST, 0));
    const client = new Recorder();
    await user.run('client', async () => createConnection(() => client, HOST, server.port));
    const transport = await made.promise;
    act(client.transport);
    await told;
    client.transport.abort();
    await client.lost;
    server.close();
    await server.waitClosed();
    return { reports, transport };
  });
}

suite('the report of an error out of a protocol', () => {
  const calls: [string, string, (client: Transport) => void][] = [
    ['Fatal error: protocol.connectionMade() call failed.', 'connectionMade', () => undefined],
    [
      'Fatal error: protocol.dataReceived() call failed.',
      'dataReceived',
      (client) => client.write('x'),
    ],
    [
      'Fatal error: protocol.eofReceived() call failed.',
      'eofReceived',
      (client) => client.writeEof(),
    ],
    ['protocol.connectionLost() failed', 'connectionLost', (client) => client.close()],
  ];
  for (const [message, method, act] of calls) {
    test(`names the transport, the protocol and the call: ${method}`, async () => {
      const protocol: StreamingProtocol = { [method]: fail };
      const { reports, transport } = await reportsOf(protocol, act);
      assert.deepEqual(
        reports.map((report) => report.message),
        [message],
      );
      const [report] = reports as [Report];
      assert.equal(report.exception, failure);
      assert.equal(report.transport, transport);
      assert.equal(report.protocol, protocol);
      assert.ok(report.handle);
      assert.equal(report.user, 'server');
      assert.equal(transport.isClosing(), true);
    });
  }

  test('names both of a protocol with buffers, too', async () => {
    const protocol = { getBuffer: () => Buffer.alloc(8), bufferUpdated: fail };
    const { reports } = await reportsOf(protocol, (client) => client.write('x'));
    assert.equal(
      reports[0]!.message,
      'Fatal error: protocol.getBuffer() or bufferUpdated() call failed.',
    );
    assert.equal(reports[0]!.protocol, protocol);
  });

  test('names both when it cannot pause writing, which does not break the connection off', async () => {
    let closing: boolean | undefined;
    const protocol: StreamingProtocol = {
      connectionMade(transport: Transport) {
        transport.setWriteBufferLimits({ high: 0 });
        transport.pauseReading();
        transport.write(Buffer.alloc(8_000_000));
        closing = transport.isClosing();
      },
      pauseWriting: fail,
    };
    const { reports, transport } = await reportsOf(protocol, () => undefined);
    assert.equal(closing, false);
    const [{ message, exception, ...named }] = reports as [Report];
    assert.deepEqual([message, exception], ['protocol.pauseWriting() failed', failure]);
    assert.equal(named.transport, transport);
    assert.equal(named.protocol, protocol);
    assert.equal(named.user, 'server');
  });

  test('is as before for what is no protocol: a callback', () =>
    run(async () => {
      const told = new Future<ExceptionContext>();
      const loop = getRunningLoop();
      loop.setExceptionHandler((_loop, context) => told.setResult(context));
      const handle = loop.callSoon(fail);
      const report = await told;
      assert.deepEqual(Object.keys(report), ['message', 'exception', 'handle']);
      assert.equal(report.handle, handle);
    }));

  test('as text names what they are', async () => {
    class Chat extends Recorder {
      override dataReceived = fail;
    }
    const { reports } = await reportsOf(new Chat(), (client) => client.write('x'));
    assert.match(
      formatExceptionContext(reports[0]!),
      /^Fatal error: protocol\.dataReceived\(\) call failed\.\n {2}transport: SocketTransport\n {2}protocol: Chat\n {2}handle: \w+\n/,
    );
  });
});
