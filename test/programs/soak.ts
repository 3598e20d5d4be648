// http and fetch in greenlets, with many others parked and collections of all
// kinds under way.
//
// arguments: how many requests, how many parked

import assert from 'node:assert/strict';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Future } from '../../src/future/future.ts';
import { joinAll } from '../../src/hub/join.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

const requests = Number(process.argv[2] ?? 300);
const parkedCount = Number(process.argv[3] ?? 300);
const gc = (globalThis as unknown as { gc(o?: object): void }).gc;

const server = createServer((request, response) => {
  // Each is answered by a greenlet of its own.
  spawn(() => {
    sleep(request.url!.length % 3);
    const body = wait(
      new Promise<string>((resolve) => {
        let text = '';
        request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        request.on('end', () => resolve(text));
      }),
    );
    response.end(`${request.url} ${body}`);
  });
});

await main(() => {
  const never = new Future<void>();
  const parked = Array.from({ length: parkedCount }, () => spawn(() => wait(never)));
  const listening = new Future<void>();
  server.listen(0, '127.0.0.1', () => listening.setResult());
  wait(listening);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  const fetcher = (id: number): void => {
    for (let i = 0; i < requests / 20; i++) {
      const response = wait(fetch(`${url}/${id}/${i}`, { method: 'POST', body: `body ${i}` }));
      assert.equal(wait(response.text()), `/${id}/${i} body ${i}`);
    }
  };
  const getter = (id: number): void => {
    for (let i = 0; i < requests / 20; i++) {
      const text = wait(
        new Promise<string>((resolve, reject) => {
          get(`${url}/get/${id}/${i}`, { agent: false }, (response) => {
            let body = '';
            response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
            response.on('end', () => resolve(body));
          }).on('error', reject);
        }),
      );
      assert.equal(text, `/get/${id}/${i} `);
    }
  };
  let busy = true;
  const collector = spawn(() => {
    for (let i = 0; busy; i++) {
      if (i % 10 === 0) gc();
      else gc({ type: 'minor' });
      sleep(3);
    }
  });
  joinAll(
    [
      ...Array.from({ length: 10 }, (_, id) => spawn(fetcher, id)),
      ...Array.from({ length: 10 }, (_, id) => spawn(getter, id)),
    ],
    { raiseError: true },
  );
  busy = false;
  collector.join();
  never.setResult();
  joinAll(parked);
});
server.close();
server.closeAllConnections();
console.log('ok');
