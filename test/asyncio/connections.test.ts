import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { getRunningLoop, newEventLoop, run } from '../../src/public/asyncio.ts';
import { Future } from '../../src/future/future.ts';

suite('an event loop makes connections', () => {
  test('as the functions of the same names do', () =>
    run(async () => {
      const loop = getRunningLoop();
      const received = new Future<string>();
      const server = await loop.createServer(
        () => ({ dataReceived: (data) => received.setResult(String(data)) }),
        '127.0.0.1',
        0,
      );
      const lost = new Future<void>();
      const [transport] = await loop.createConnection(
        () => ({ connectionLost: () => lost.setResult() }),
        '127.0.0.1',
        server.port,
      );
      transport.write('by way of the loop');
      assert.equal(await received, 'by way of the loop');
      transport.close();
      await lost;
      await server[Symbol.asyncDispose]();
    }));

  test('but not when it is closed', () => {
    const loop = newEventLoop();
    loop.close();
    assert.throws(() => loop.getaddrinfo('localhost', 80), { code: 'ERR_INVALID_STATE' });
    assert.throws(() => loop.subprocessExec(() => ({}), 'true'), { code: 'ERR_INVALID_STATE' });
  });
});
