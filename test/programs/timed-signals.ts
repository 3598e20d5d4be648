// Waits that only the timer of a signal ends, and one that nothing ends.

import { Event } from '../../src/public/asyncio.ts';
import { main, wait } from '../../src/public/index.ts';

const plain = new AbortController().signal;
const signals: [string, () => AbortSignal][] = [
  ['a timeout', () => AbortSignal.timeout(20)],
  ['any of two', () => AbortSignal.any([plain, AbortSignal.timeout(20)])],
  ['any of any', () => AbortSignal.any([AbortSignal.any([AbortSignal.timeout(20)]), plain])],
  ['a plain one', () => plain],
];
const waits: [string, (signal: AbortSignal) => unknown][] = [
  ['a promise', (signal) => wait(new Promise(() => {}), { signal })],
  ['an event', (signal) => wait(new Event().wait({ signal }))],
];

void main(() => {
  for (const [what, makeSignal] of signals)
    for (const [awaited, waitFor] of waits) {
      try {
        waitFor(makeSignal());
      } catch (error) {
        console.log(`${awaited}, ${what}: ${(error as Error).name}`);
      }
    }
});
