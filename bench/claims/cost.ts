// What a coroutine costs: switches, memory, system calls.

import { Future, Greenlet, main, sleep, spawn, wait } from 'greenroom';
import { type Claim, middle, type Verdict } from './claim.ts';
import { startProcess, startThread } from './workers.ts';

const SWITCHES = 1_000_000;

/** Two greenlets that switch to each other; milliseconds. */
function pingPong(): number {
  let left = SWITCHES / 2;
  const ping: Greenlet = new Greenlet(() => {
    for (; left > 0; left--) pong.switch();
  });
  const pong: Greenlet = new Greenlet(() => {
    for (;;) ping.switch();
  });
  const started = performance.now();
  ping.switch();
  const elapsed = performance.now() - started;
  pong.throw();
  return elapsed;
}

async function switchesASecond(): Promise<Verdict> {
  pingPong();
  const ms = await middle(5, pingPong);
  return {
    holds: SWITCHES / ms > 1000,
    figures: `${(SWITCHES / ms / 1000).toFixed(2)} million switches a second`,
  };
}

function inUserSpace(): Verdict {
  pingPong();
  globalThis.gc?.();
  const before = process.resourceUsage();
  pingPong();
  const after = process.resourceUsage();
  const user = (after.userCPUTime - before.userCPUTime) / 1000;
  const system = (after.systemCPUTime - before.systemCPUTime) / 1000;
  const voluntary = after.voluntaryContextSwitches - before.voluntaryContextSwitches;
  return {
    // The collector's threads, which run beside it, wait for one another.
    holds: system < user / 20 && voluntary < SWITCHES / 1000,
    figures: `${SWITCHES / 1e6} million switches took ${user.toFixed(0)} ms in user space, ${system.toFixed(1)} ms in the kernel and ${voluntary} switches of threads`,
  };
}

function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024;
}

const COROUTINES = 100_000;
const THREADS = 24;
const PROCESSES = 6;

/** Parks greenlets; returns the KB and the microseconds that each of them took. */
function park(): Promise<{ kilobytes: number; microseconds: number }> {
  return main(() => {
    spawn(() => sleep(0)).get();
    const gate = new Future<void>();
    let waiting = 0;
    const body = (): void => {
      waiting++;
      wait(gate);
    };
    const before = resident();
    const started = performance.now();
    const greenlets = Array.from({ length: COROUTINES }, () => spawn(body));
    while (waiting < COROUTINES) sleep(1);
    const elapsed = performance.now() - started;
    const kilobytes = (resident() - before) / COROUTINES;
    gate.setResult();
    for (const greenlet of greenlets) greenlet.join();
    return { kilobytes, microseconds: (elapsed * 1000) / COROUTINES };
  });
}

async function kilobytesEach(): Promise<Verdict> {
  const beforeThreads = resident();
  const threadsStarted = performance.now();
  const threads = await Promise.all(Array.from({ length: THREADS }, () => startThread()));
  const threadMs = (performance.now() - threadsStarted) / THREADS;
  const thread = (resident() - beforeThreads) / THREADS;
  await Promise.all(threads.map((one) => one.end()));

  const processesStarted = performance.now();
  const processes = await Promise.all(Array.from({ length: PROCESSES }, () => startProcess()));
  const processMs = (performance.now() - processesStarted) / PROCESSES;
  const own = await Promise.all(processes.map((one) => one.memory()));
  const process = own.reduce((a, b) => a + b, 0) / PROCESSES;
  await Promise.all(processes.map((one) => one.end()));

  // Last: the allocator keeps what greenlets have used.
  const { kilobytes, microseconds } = await park();
  return {
    holds: kilobytes < 64 && thread > 20 * kilobytes && process > 20 * kilobytes,
    figures:
      `a parked coroutine ${kilobytes.toFixed(1)} KB and ${microseconds.toFixed(1)} µs to start, ` +
      `a worker thread ${(thread / 1024).toFixed(1)} MB and ${threadMs.toFixed(0)} ms, ` +
      `a process ${(process / 1024).toFixed(1)} MB and ${processMs.toFixed(0)} ms`,
  };
}

async function moreThanThreads(): Promise<Verdict> {
  const started = performance.now();
  const { kilobytes } = await park();
  const elapsed = performance.now() - started;
  return {
    holds: elapsed < 60_000,
    figures: `${COROUTINES.toLocaleString('en')} parked at once in one thread, ${((kilobytes * COROUTINES) / 1024 ** 2).toFixed(1)} GB, all woken and ended within ${(elapsed / 1000).toFixed(1)} s`,
  };
}

export const costClaims: readonly Claim[] = [
  { says: 'millions of switches a second', measure: switchesASecond },
  { says: 'switching happens in user space', measure: inUserSpace },
  { says: 'a coroutine takes kilobytes, a thread or a process megabytes', measure: kilobytesEach },
  { says: 'far more coroutines than threads', measure: moreThanThreads },
];
