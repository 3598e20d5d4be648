// greenroom run examples/sync-hook.ts
//
// Handlebars renders synchronously: a helper has to return its value at once,
// and a promise shows up as "[object Promise]". In a greenlet a helper may
// wait. Four pages are rendered concurrently; the helper in each of them
// fetches over HTTP, in the middle of Handlebars' own code.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Handlebars from 'handlebars';
import { joinAll, sleep, spawn, wait } from 'greenroom';

const DELAY = 150;
const TEMPERATURES: Record<string, number> = { Oslo: -3, Rome: 14, Quito: 19, Cairo: 27, Lima: 22 };

let open = 0;
let most = 0;
const server = createServer((request, response) => {
  most = Math.max(most, ++open);
  const city = decodeURIComponent(request.url!.slice(1));
  // Each request has a greenlet, too: sleep() holds up nobody else.
  spawn(() => {
    sleep(DELAY);
    open--;
    response.end(String(TEMPERATURES[city] ?? 'unknown'));
  });
});
server.listen(0);
const origin = `http://localhost:${(server.address() as AddressInfo).port}`;

let waited = 0;

Handlebars.registerHelper('temperature', (city: string) => {
  const started = performance.now();
  const response = wait(fetch(`${origin}/${city}`));
  const text = wait(response.text());
  waited += performance.now() - started;
  return text;
});

const page = Handlebars.compile<{ reader: string; cities: string[] }>(
  'For {{reader}}: {{#each cities}}{{this}} {{temperature this}} °C{{#unless @last}}, {{/unless}}{{/each}}',
);

const started = performance.now();
const pages = [
  { reader: 'Ada', cities: ['Oslo', 'Rome', 'Quito'] },
  { reader: 'Ben', cities: ['Cairo', 'Lima'] },
  { reader: 'Cid', cities: ['Rome', 'Cairo', 'Oslo', 'Lima'] },
  { reader: 'Dot', cities: ['Quito', 'Oslo', 'Rome', 'Cairo'] },
].map((data) => spawn(page, data));

for (const task of joinAll(pages)) console.log(task.get());

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
console.log(
  `${seconds(performance.now() - started)} in all; the helper waited ${seconds(waited)} altogether`,
);
console.log(`up to ${most} requests at once`);
server.close();
server.closeAllConnections();
