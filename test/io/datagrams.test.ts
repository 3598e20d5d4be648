import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';

import { createTask, sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Future } from '../../src/future/future.ts';
import type { ConnectionError } from '../../src/io/connect/connection-error.ts';
import type { Address } from '../../src/io/connect/address.ts';
import { getnameinfo } from '../../src/io/connect/resolve.ts';
import { createDatagramEndpoint } from '../../src/io/datagram/create-datagram-endpoint.ts';
import type { DatagramProtocol } from '../../src/io/transport/protocol.ts';
import type { DatagramTransport } from '../../src/io/datagram/datagram-transport.ts';
import type { SocketName } from '../../src/io/transport/socket-name.ts';
import { rejects } from '../task/rejects.ts';
import { nothingLeft } from './left-behind.ts';

const HOST = '127.0.0.1';

class Recorder implements DatagramProtocol {
  readonly events: string[] = [];
  readonly lost = new Future<void>();
  transport!: DatagramTransport;
  #next = Promise.withResolvers<SocketName>();

  connectionMade(transport: DatagramTransport): void {
    this.transport = transport;
    this.events.push('made');
  }

  datagramReceived(data: Buffer, from: SocketName): void {
    this.events.push(String(data));
    this.#next.resolve(from);
  }

  errorReceived(error: Error): void {
    this.events.push(`error: ${(error as ConnectionError).code}`);
    this.#next.resolve({ address: '', port: 0, family: 'IPv4' });
  }

  connectionLost(): void {
    this.events.push('lost');
    this.lost.setResult();
  }

  get port(): number {
    return this.transport.getExtraInfo('sockname')!.port;
  }

  /** The next datagram, or error. */
  async next(): Promise<SocketName> {
    const from = await this.#next.promise;
    this.#next = Promise.withResolvers();
    return from;
  }
}

suite('datagrams', () => {
  afterEach(nothingLeft);

  test('go back and forth; the answer finds its way by the address they came from', async () => {
    const [, server] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const [, client] = await createDatagramEndpoint(() => new Recorder(), {
      remoteAddr: [HOST, server.port],
    });
    assert.equal(client.transport.getExtraInfo('peername')?.port, server.port);
    client.transport.sendto('ping');
    const from = await server.next();
    assert.deepEqual(from, { address: HOST, port: client.port, family: 'IPv4' });
    server.transport.sendto('pong', from);
    assert.deepEqual(await client.next(), server.transport.getExtraInfo('sockname'));
    server.transport.sendto('', [HOST, client.port]);
    await client.next();
    client.transport.close();
    server.transport.close();
    await client.lost;
    await server.lost;
    assert.deepEqual(client.events, ['made', 'pong', '', 'lost']);
    assert.deepEqual(server.events, ['made', 'ping', 'lost']);
  });

  test('an address goes in either form, also to whom the endpoint is connected', async () => {
    const [, server] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const { port } = server;
    const [, client] = await createDatagramEndpoint(() => new Recorder(), {
      localAddr: { address: HOST, port: 0 },
      remoteAddr: ['localhost', port],
      family: 4,
    });
    const same: Address[] = [
      [HOST, port],
      ['localhost', port],
      server.transport.getExtraInfo('sockname')!,
    ];
    for (const to of same) {
      client.transport.sendto('ping', to);
      assert.equal((await server.next()).port, client.port);
    }
    assert.deepEqual((await getnameinfo({ address: HOST, port })).slice(1), [String(port)]);
    client.transport.close();
    server.transport.close();
    await client.lost;
    await server.lost;
  });

  test('what is no address is refused, and quoted', async () => {
    const [, server] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const cases: [unknown, RegExp][] = [
      ['127.0.0.1:9', /`to` to be an address, .* got "127.0.0.1:9"/],
      [9, /`to` .* got 9/],
      [[9, HOST], /`to` .* with the host 9/],
      [{ host: HOST, port: 9 }, /`to` .* got an object/],
      [[HOST, 70_000], /`port` .* from 0 to 65535, got 70000/],
      [{ address: HOST }, /`port` .* got undefined/],
    ];
    for (const [to, message] of cases) {
      assert.throws(() => server.transport.sendto('x', to as Address), {
        name: 'InvalidArgumentError',
        message,
      });
    }
    server.transport.close();
    await server.lost;
  });

  test('close sends what was given before, and connectionLost comes once', async () => {
    const [, server] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const [, client] = await createDatagramEndpoint(() => new Recorder(), {
      localAddr: [HOST, 0],
    });
    client.transport.sendto('last words', [HOST, server.port]);
    assert.equal(client.transport.getWriteBufferSize(), 10);
    client.transport.close();
    client.transport.close();
    client.transport.abort();
    assert.equal(client.transport.isClosing(), true);
    await client.lost;
    server.transport.abort();
    server.transport.abort();
    await server.lost;
    assert.deepEqual(client.events, ['made', 'lost']);
  });

  test('what nobody receives is an error, and the endpoint stays open', async () => {
    const [, gone] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const { port } = gone;
    gone.transport.close();
    await gone.lost;
    const [, client] = await createDatagramEndpoint(() => new Recorder(), {
      remoteAddr: [HOST, port],
    });
    client.transport.sendto('anybody?');
    await client.next();
    assert.deepEqual(client.events, ['made', 'error: ECONNREFUSED']);
    assert.equal(client.transport.isClosing(), false);
    client.transport.close();
    await client.lost;
  });

  test('an address is needed where none is given, and refused where another one is', async () => {
    const [, server] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const [, client] = await createDatagramEndpoint(() => new Recorder(), {
      remoteAddr: [HOST, server.port],
    });
    assert.throws(() => server.transport.sendto('x'), /Expected an address/);
    assert.throws(() => client.transport.sendto('x', [HOST, 1]), /Expected no address/);
    client.transport.close();
    server.transport.close();
    await client.lost;
    await server.lost;
    await rejects(
      createDatagramEndpoint(() => new Recorder(), {}),
      (error) => (error as Error).message.includes('localAddr'),
    );
  });

  test('a taken port is named', async () => {
    const [, server] = await createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0] });
    const { port } = server;
    await rejects(
      createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, port] }),
      (error) => {
        const { code, host, port: named } = error as ConnectionError;
        assert.deepEqual([code, host, named], ['EADDRINUSE', HOST, port]);
        return true;
      },
    );
    server.transport.close();
    await server.lost;
  });

  test('a cancelled or aborted endpoint leaves no socket', async () => {
    const open = (signal?: AbortSignal) =>
      createDatagramEndpoint(() => new Recorder(), { localAddr: [HOST, 0], signal });
    const task = createTask(open(), { eagerStart: true });
    task.cancel();
    await rejects(task, (error) => error instanceof CancelledError);
    const controller = new AbortController();
    const aborted = createTask(open(controller.signal), { eagerStart: true });
    controller.abort(new Error('no more'));
    await rejects(aborted, (error) => (error as Error).message === 'no more');
    await sleep(0);
  });
});
