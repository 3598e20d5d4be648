import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';

import { Future } from '../../src/future/future.ts';
import { createDatagramEndpoint } from '../../src/io/datagram/create-datagram-endpoint.ts';
import type { DatagramProtocol, SubprocessProtocol } from '../../src/io/transport/protocol.ts';
import { subprocessExec } from '../../src/io/process/subprocess.ts';
import { nothingLeft } from './left-behind.ts';

const HOST = '127.0.0.1';

/** Notes what it is told, each with its name. */
class Datagrams implements DatagramProtocol {
  readonly told: string[] = [];
  readonly lost = new Future<void>();
  next = new Future<void>();

  connectionMade(): void {
    this.told.push('made');
  }

  datagramReceived(data: Buffer): void {
    this.told.push(String(data));
    this.next.setResult();
  }

  connectionLost(): void {
    this.told.push('lost');
    this.lost.setResult();
  }
}

class Child implements SubprocessProtocol {
  readonly told: string[] = [];
  readonly lost = new Future<void>();
  readonly data = new Future<void>();

  connectionMade(): void {
    this.told.push('made');
  }

  pipeDataReceived(fd: number, data: Buffer): void {
    this.told.push(`${fd}: ${String(data)}`);
    this.data.setResult();
  }

  pipeConnectionLost(fd: number): void {
    this.told.push(`${fd} lost`);
  }

  processExited(): void {
    this.told.push('exited');
  }

  connectionLost(): void {
    this.told.push('lost');
    this.lost.setResult();
  }
}

suite('a protocol that takes the place of another', () => {
  afterEach(nothingLeft);

  test('is told of the datagrams from then on, and of the end', async () => {
    const [receiver, first] = await createDatagramEndpoint(() => new Datagrams(), {
      localAddr: [HOST, 0],
    });
    assert.equal(receiver.getProtocol(), first);
    const { port } = receiver.getExtraInfo('sockname')!;
    const [sender] = await createDatagramEndpoint(() => ({}), { remoteAddr: [HOST, port] });
    sender.sendto('one');
    await first.next;
    const second = new Datagrams();
    receiver.setProtocol(second);
    assert.equal(receiver.getProtocol(), second);
    sender.sendto('two');
    await second.next;
    sender.close();
    receiver.close();
    await second.lost;
    assert.deepEqual(
      [first.told, second.told],
      [
        ['made', 'one'],
        ['two', 'lost'],
      ],
    );
  });

  test(
    'is told of the pipes, the exit and the end of a process',
    { skip: process.platform === 'win32' && 'needs cat' },
    async () => {
      const [transport, first] = await subprocessExec(() => new Child(), 'cat');
      assert.equal(transport.getProtocol(), first);
      const input = transport.getPipeTransport(0)!;
      input.write('one');
      await first.data;
      const second = new Child();
      transport.setProtocol(second);
      assert.equal(transport.getProtocol(), second);
      input.write('two');
      await second.data;
      input.close();
      await second.lost;
      assert.deepEqual(first.told, ['made', '1: one']);
      assert.deepEqual(second.told.toSorted(), [
        '0 lost',
        '1 lost',
        '1: two',
        '2 lost',
        'exited',
        'lost',
      ]);
    },
  );

  test(
    'is not what `subprocess` is, which is the child of Node',
    { skip: process.platform === 'win32' && 'needs cat' },
    async () => {
      const [transport, protocol] = await subprocessExec(() => new Child(), 'cat');
      assert.equal(transport.getExtraInfo('subprocess')?.pid, transport.getPid());
      assert.equal(transport.getExtraInfo('sockname' as never, 'none'), 'none');
      transport.close();
      await protocol.lost;
    },
  );
});
