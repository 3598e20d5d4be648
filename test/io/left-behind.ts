// What a test has left open: sockets, listeners, children.

import { setImmediate } from 'node:timers/promises';

const KINDS = /^(TCP|Pipe|UDP|Process|TLS)/;

function open(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => KINDS.test(name))
    .toSorted();
}

/** Those of the test runner itself. */
const before = open();

/** Waits until nothing is open any more; the test runs into its time limit, and says what is, if that never comes. */
export async function nothingLeft(): Promise<void> {
  const limit = performance.now() + 10_000;
  while (open().length > before.length) {
    if (performance.now() > limit) throw new Error(`Still open: ${open().join(', ')}`);
    await setImmediate();
  }
}
