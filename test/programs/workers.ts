// Workers have stacks of their own, and can be ended from outside whatever
// their greenlets are doing.
//
// argument: how many Workers of each kind

import assert from 'node:assert/strict';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { Greenlet } from '../../src/public/greenlet.ts';
import { joinAll } from '../../src/hub/join.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { stackInfo } from '../../src/stack/engine.ts';

const repeats = Number(process.argv[2] ?? 3);

const jobs: Record<string, () => unknown> = {
  async count() {
    const result = await main(() => {
      const tasks = Array.from({ length: 50 }, (_, id) =>
        spawn(() => {
          for (let i = 0; i < 10; i++) sleep(0);
          return id;
        }),
      );
      joinAll(tasks);
      return tasks.reduce((sum, task) => sum + task.get(), 0);
    });
    parentPort!.postMessage([stackInfo().backend, result]);
  },
  parked() {
    const all = Array.from({ length: 100 }, () => new Greenlet(() => Greenlet.main.switch()));
    for (const greenlet of all) greenlet.switch();
    // Scavenges leave them out by then.
    for (let k = 0; k < 4; k++) gc!({ type: 'minor' } as never);
    parentPort!.postMessage('parked');
    setInterval(() => all.length, 1000);
  },
  'parked, then the end'() {
    const all = Array.from({ length: 100 }, () => new Greenlet(() => Greenlet.main.switch()));
    for (const greenlet of all) greenlet.switch();
    parentPort!.postMessage('parked');
  },
  sleeping() {
    void main(() => {
      for (let i = 0; i < 100; i++) spawn(() => sleep(100_000));
      sleep(0);
      parentPort!.postMessage('sleeping');
      sleep(100_000);
    });
  },
  'busy in a greenlet'() {
    const all = Array.from({ length: 20 }, () => new Greenlet(() => Greenlet.main.switch()));
    for (const greenlet of all) greenlet.switch();
    new Greenlet(() => {
      parentPort!.postMessage('busy');
      for (;;);
    }).switch();
  },
  'switching for ever'() {
    const ping: Greenlet = new Greenlet(() => {
      for (;;) pong.switch();
    });
    const pong: Greenlet = new Greenlet(() => {
      for (;;) ping.switch();
    });
    setImmediate(() => parentPort!.postMessage('switching'));
    setTimeout(() => ping.switch(), 1);
  },
  'exit in a greenlet'() {
    const all = Array.from({ length: 20 }, () => new Greenlet(() => Greenlet.main.switch()));
    for (const greenlet of all) greenlet.switch();
    parentPort!.postMessage('exiting');
    void main(() => [2, 1].sort(() => process.exit(0)));
  },
  'an uncaught error'() {
    const all = Array.from({ length: 20 }, () => new Greenlet(() => Greenlet.main.switch()));
    for (const greenlet of all) greenlet.switch();
    parentPort!.postMessage('throwing');
    new Greenlet(() => {
      throw new RangeError('from a worker');
    }).switch();
  },
};

async function runWorker(
  job: string,
  stop: boolean,
): Promise<{ message: unknown; error: unknown }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  let error: unknown;
  worker.on('error', (reason) => (error = reason));
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const message = await new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('exit', () => resolve('exited'));
  });
  if (stop) await worker.terminate();
  await exited;
  return { message, error };
}

async function runAll(): Promise<void> {
  const backend = stackInfo().backend;
  // The main thread has some parked all the while.
  const parked = Array.from({ length: 20 }, () => new Greenlet(() => Greenlet.main.switch()));
  for (const greenlet of parked) greenlet.switch();
  const counts = await Promise.all([runWorker('count', false), runWorker('count', false)]);
  for (const { message } of counts) assert.deepEqual(message, [backend, 1225]);
  for (const job of ['parked', 'sleeping', 'busy in a greenlet', 'switching for ever']) {
    for (let i = 0; i < repeats; i++) {
      const { message, error } = await runWorker(job, true);
      assert.notEqual(message, 'exited', job);
      assert.equal(error, undefined, job);
    }
  }
  assert.equal((await runWorker('parked, then the end', false)).message, 'parked');
  assert.equal((await runWorker('exit in a greenlet', false)).message, 'exiting');
  const { error } = await runWorker('an uncaught error', false);
  assert.equal((error as Error).message, 'from a worker');
  for (const [id, greenlet] of parked.entries()) assert.equal(greenlet.switch(id), id);
  console.log('ok');
}

if (isMainThread) await runAll();
else jobs[workerData as string]!();
