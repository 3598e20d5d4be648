// Worker threads and processes that do work for a claim.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Request } from './worker.ts';

export interface Helper {
  /** Resolves when the request is done. */
  ask(request: Request): Promise<void>;
  /** KB that belong to it alone; for processes. */
  memory(): number;
  end(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, 'worker.ts');
const QUIET = '--disable-warning=ExperimentalWarning';

export async function startThread(): Promise<Helper> {
  const worker = new Worker(PROGRAM);
  await once(worker, 'message');
  return {
    async ask(request): Promise<void> {
      worker.postMessage(request);
      await once(worker, 'message');
    },
    memory: () => NaN,
    async end(): Promise<void> {
      await worker.terminate();
    },
  };
}

export async function startProcess(): Promise<Helper> {
  const child = fork(PROGRAM, { execArgv: [...process.execArgv, QUIET] });
  await once(child, 'message');
  return {
    async ask(request): Promise<void> {
      child.send(request);
      await once(child, 'message');
    },
    memory(): number {
      const lines = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8');
      return [...lines.matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce(
        (sum, [, kb]) => sum + Number(kb),
        0,
      );
    },
    async end(): Promise<void> {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Starts `count` helpers, times what `request` takes all of them together, and ends them; milliseconds. */
export async function timeHelpers(
  start: () => Promise<Helper>,
  count: number,
  request: (index: number) => Request,
): Promise<number> {
  const helpers = await Promise.all(Array.from({ length: count }, start));
  const started = performance.now();
  await Promise.all(helpers.map((helper, index) => helper.ask(request(index))));
  const elapsed = performance.now() - started;
  await Promise.all(helpers.map((helper) => helper.end()));
  return elapsed;
}
