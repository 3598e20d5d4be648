// A protocol runs Node's loop while it is told of data: what comes meanwhile,
// and what has come before and was not told, is told in order, once.
//
// argument: the addon that runs the loop (test/native/run-loop.cc)

import assert from 'node:assert/strict';

import { createConnection, createServer, type Transport } from '../../src/public/asyncio.ts';

const loaded = { exports: {} as { runOnce(): void } };
process.dlopen(loaded, process.argv[2]!);
const { runOnce } = loaded.exports;

const HOST = '127.0.0.1';
const CONNECTIONS = 8;
const LINES = 200;

let depth = 0;
let nested = 0;
const received: string[] = Array.from({ length: CONNECTIONS }, () => '');
let complete: () => void;
const done = new Promise<void>((resolve) => (complete = resolve));
let left = CONNECTIONS;

const server = await createServer(
  () => ({
    dataReceived(data: Buffer): void {
      const text = data.toString();
      const which = Number(text.slice(text.indexOf('#') + 1, text.indexOf('#') + 2));
      received[which] += text;
      if (text.includes('end')) {
        if (--left === 0) complete();
        return;
      }
      if (depth > 3) return;
      depth++;
      if (depth > 1) nested++;
      sendMore();
      runOnce();
      depth--;
    },
  }),
  HOST,
  0,
);
const clients: Transport[] = [];
for (let i = 0; i < CONNECTIONS; i++) {
  clients.push((await createConnection(() => ({}), HOST, server.port))[0]);
}
const sent: string[] = clients.map(() => '');
const counts = clients.map(() => 0);
/** A line on each connection, until there are enough. */
function sendMore(): void {
  for (const [i, client] of clients.entries()) {
    if (counts[i]! > LINES) continue;
    const line = `#${i} ${counts[i] === LINES ? 'end' : counts[i]}\n`;
    counts[i]!++;
    sent[i] += line;
    client.write(line);
  }
}
sendMore();
const timer = setInterval(sendMore, 1);
await done;
clearInterval(timer);
assert.deepEqual(received, sent);
assert.ok(nested > 0, 'the loop never ran inside of a callback that told of data');
for (const client of clients) client.abort();
server.close();
await server.waitClosed();
console.log('ok');
