// I/O-bound and CPU-bound work, by one coroutine, by many, by threads, by
// processes. Threads and processes exist already when the time begins; what
// they cost to start is a claim of its own.

import { availableParallelism } from 'node:os';

import { type Claim, timed, type Verdict } from './claim.ts';
import { doWork } from './do-work.ts';
import { ANSWER_MS, startServer, type Work } from './workload.ts';
import { startProcess, startThread, timeHelpers } from './workers.ts';

const CORES = availableParallelism();
const REQUESTS = 400;
const COROUTINES = 200;
/** More would cost more to start than they could save. */
const THREADS = 16;
const PROCESSES = 4;
/** Some tens of milliseconds of computing. */
const ITEM = 20_000_000;

const ms = (value: number): string => `${value.toFixed(0)} ms`;

interface Times {
  one: number;
  many: number;
  threads: number;
  processes: number;
}

/** The same work in four ways; each thread and each process does its share with one coroutine. */
async function fourWays(work: Work, threads: number, processes: number): Promise<Times> {
  const share = (count: number): { work: Work } => ({
    work: { ...work, items: Math.ceil(work.items / count), coroutines: 1 },
  });
  return {
    one: await timed(() => doWork({ ...work, coroutines: 1 })),
    many: await timed(() => doWork(work)),
    threads: await timeHelpers(startThread, threads, () => share(threads)),
    processes: await timeHelpers(startProcess, processes, () => share(processes)),
  };
}

async function inputOutput(): Promise<Verdict> {
  const server = await startServer();
  const work = { items: REQUESTS, compute: 0, port: server.port, coroutines: COROUTINES };
  await doWork({ ...work, items: COROUTINES });
  const { one, many, threads, processes } = await fourWays(work, THREADS, PROCESSES);
  server.end();
  return {
    holds: many < threads && many < processes && many < one,
    figures:
      `${REQUESTS} requests of ${ANSWER_MS} ms: ${COROUTINES} coroutines in one thread ${ms(many)}, one coroutine ${ms(one)}, ` +
      `${THREADS} worker threads ${ms(threads)}, ${PROCESSES} processes ${ms(processes)}`,
  };
}

async function computing(): Promise<Verdict> {
  const items = 4 * CORES;
  const work = { items, compute: ITEM, port: 0, coroutines: items };
  await doWork({ ...work, items: 2, coroutines: 1 });
  const { one, many, threads, processes } = await fourWays(work, CORES, CORES);
  return {
    holds: many > one * 0.8 && (CORES === 1 || (threads < many * 0.8 && processes < many * 0.8)),
    figures:
      `${items} items of computing: one coroutine ${ms(one)}, ${items} coroutines ${ms(many)}, ` +
      `${CORES} worker threads ${ms(threads)}, ${CORES} processes ${ms(processes)}`,
  };
}

/** Each item waits and computes: processes bring the cores, coroutines in each fill the waits. */
async function allCores(): Promise<Verdict> {
  const server = await startServer();
  const items = 400;
  const work = { items, compute: ITEM / 20, port: server.port, coroutines: 100 };
  await doWork({ ...work, items: 100 });
  const one = await timed(() => doWork(work));
  const share = { work: { ...work, items: items / CORES } };
  const several = await timeHelpers(startProcess, CORES, () => share);
  const lone = await timeHelpers(startProcess, CORES, () => ({
    work: { ...share.work, coroutines: 1 },
  }));
  server.end();
  return {
    holds: CORES === 1 || (several < one * 0.8 && several < lone * 0.8),
    figures:
      `${items} items that wait ${ANSWER_MS} ms and compute: one process with 100 coroutines ${ms(one)}, ` +
      `${CORES} processes with 100 each ${ms(several)}, ${CORES} processes with one each ${ms(lone)}`,
  };
}

export const workClaims: readonly Claim[] = [
  { says: 'with I/O-bound work many coroutines beat threads', measure: inputOutput },
  { says: 'with CPU-bound work they gain nothing, threads and processes do', measure: computing },
  { says: 'several processes with coroutines in each use all cores', measure: allCores },
];
