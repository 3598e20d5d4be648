// What the tour shows: ordinary blocking code, each function in a greenlet of
// its own. Nothing here is asynchronous to look at.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { wait } from '../../hub/index.ts';
import type { Row } from './timeline.ts';

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Naps with Atomics.wait, JavaScript's blocking sleep. */
export function nap(row: Row, times: number, ms: number): void {
  for (let nth = 1; nth <= times; nth++) {
    row.during('sleeps', () => Atomics.wait(cell, 0, 0, ms));
    row.note = nth === 1 ? '1 nap' : `${nth} naps`;
  }
}

/** Reads every file of a folder, again and again, with a nap between the rounds. */
export function readFiles(row: Row, folder: string, rounds: number): void {
  let bytes = 0;
  for (let round = 1; round <= rounds; round++) {
    row.during('reads files', () => {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) bytes += readFileSync(join(entry.parentPath, entry.name)).length;
      }
    });
    row.note = `${(bytes / 1e6).toFixed(1)} MB read`;
    row.during('sleeps', () => Atomics.wait(cell, 0, 0, 250));
  }
}

/** Runs child processes, one after the other. */
export function runChildren(row: Row, times: number, ms: number): void {
  const script = `setTimeout(() => console.log(process.pid), ${ms})`;
  for (let nth = 1; nth <= times; nth++) {
    const pid = row.during('runs a child process', () =>
      execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }),
    );
    row.note = `pid ${pid.trim()}`;
  }
}

/** Asks a server that takes its time. */
export function fetchPages(row: Row, origin: string, times: number, ms: number): void {
  for (let nth = 1; nth <= times; nth++) {
    const text = row.during('talks HTTP', () => {
      const response = wait(fetch(`${origin}/${ms}`));
      return wait(response.text());
    });
    row.note = `${nth} × ${text}`;
  }
}

/** A server on this machine that answers `GET /700` after 700 ms. */
export function openSlowServer(): { origin: string; close: () => void } {
  const server = createServer((request, response) => {
    setTimeout(() => response.end('200 OK'), Number(request.url?.slice(1)));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  wait(promise);
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
