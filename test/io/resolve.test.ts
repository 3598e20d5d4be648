import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { createTask } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import type { ConnectionError } from '../../src/io/connect/connection-error.ts';
import { getaddrinfo, getnameinfo } from '../../src/io/connect/resolve.ts';
import { rejects } from '../task/rejects.ts';

suite('names and addresses', () => {
  test('getaddrinfo gives the addresses of a host, with the port', async () => {
    assert.deepEqual(await getaddrinfo('127.0.0.1', 80), [
      { address: '127.0.0.1', port: 80, family: 'IPv4' },
    ]);
    const here = await getaddrinfo('localhost', 443, { family: 4 });
    assert.deepEqual(here[0], { address: '127.0.0.1', port: 443, family: 'IPv4' });
  });

  test('getnameinfo gives the names of a host and of a service', async () => {
    const [host, service] = await getnameinfo(['127.0.0.1', 80]);
    assert.ok(host.length > 0);
    assert.match(service, /^(http|80)$/);
  });

  test('a host that is none is named', () =>
    rejects(getaddrinfo('no such host', 80), (error) => {
      const { code, host } = error as ConnectionError;
      assert.match(code, /^(ENOTFOUND|EAI_AGAIN)$/);
      assert.equal(host, 'no such host');
      return true;
    }));

  test('the wait can be cancelled and aborted', async () => {
    const task = createTask(getaddrinfo('localhost', 80), { eagerStart: true });
    task.cancel();
    await rejects(task, (error) => error instanceof CancelledError);
    const signal = AbortSignal.abort(new Error('never'));
    await rejects(
      getnameinfo(['127.0.0.1', 80], { signal }),
      (error) => (error as Error).message === 'never',
    );
  });
});
