// Workers end in the middle of what their sockets receive.
//
// argument: how many

import assert from 'node:assert/strict';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { setTimeout as pause } from 'node:timers/promises';

import { createConnection, createServer, type Transport } from '../../src/public/asyncio.ts';

const HOST = '127.0.0.1';

async function echo(): Promise<void> {
  const server = await createServer(
    () => {
      let transport: Transport;
      return {
        connectionMade: (made: Transport) => void (transport = made),
        dataReceived: (data: Buffer) => transport.write(data),
      };
    },
    HOST,
    0,
  );
  let echoes = 0;
  for (let i = 0; i < 10; i++) {
    const [client] = await createConnection(
      () => ({
        dataReceived(data: Buffer): void {
          if (++echoes === 100) parentPort!.postMessage('busy');
          client.write(data);
        },
      }),
      HOST,
      server.port,
    );
    client.write('x'.repeat(2000));
  }
}

if (isMainThread) {
  for (let i = 0; i < Number(process.argv[2] ?? 5); i++) {
    const worker = new Worker(new URL(import.meta.url));
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await pause(i);
    assert.equal(await worker.terminate(), 1);
  }
  console.log('ok');
} else {
  await echo();
}
