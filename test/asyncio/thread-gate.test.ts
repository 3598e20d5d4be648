import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';

import {
  CancelledError,
  connectLoop,
  currentTask,
  type EventLoop,
  Future,
  getRunningLoop,
  newEventLoop,
  run,
  runCoroutineThreadsafe,
  sleep,
  type ThreadGate,
} from '../../src/public/asyncio.ts';

/** What the Workers may call. */
export function exposed(events: unknown[], gate: () => ThreadGate) {
  return {
    note: (text: string, n: number) => {
      events.push([text, n, currentTask()]);
    },
    add: async (a: number, b: number) => {
      await sleep(1);
      return a + b;
    },
    *generator(n: number) {
      yield* sleep(1);
      return n * 2;
    },
    async fail() {
      throw new RangeError('over there');
    },
    async cancelled() {
      throw new CancelledError('over there');
    },
    uncloneable: async () => (): number => 1,
    async forever() {
      try {
        await sleep(1e6);
      } catch (error) {
        events.push(error instanceof CancelledError ? error.message : error);
        throw error;
      }
    },
    async closeGate() {
      gate().close();
      await sleep(1e6);
    },
  };
}

/** Runs a case of the Worker's to its end; gives what it told, and what its calls did here. */
async function play(name: string): Promise<{ told: unknown[]; events: unknown[] }> {
  const events: unknown[] = [];
  const told: unknown[] = [];
  await run(async () => {
    const loop: EventLoop = getRunningLoop();
    const gate: ThreadGate<ReturnType<typeof exposed>> = loop.openGate(
      exposed(events, () => gate as unknown as ThreadGate),
    );
    const port = gate.connect();
    const worker = new Worker(new URL('./gate-worker.ts', import.meta.url), {
      workerData: { port, name },
      transferList: [port],
    });
    worker.on('message', (value) => told.push(value));
    await new Promise((resolve, reject) => {
      worker.once('exit', resolve).once('error', reject);
    });
    // What its end causes is told by the port.
    for (let i = 0; i < 20 && name === 'leave' && events.length === 0; i++)
      await new Promise((resolve) => setImmediate(resolve));
  });
  return { told, events };
}

suite('another thread', () => {
  test('calls functions in turns of this loop, in order', async () => {
    const { events } = await play('soon');
    assert.deepEqual(events, [
      ['one', 1, undefined],
      ['two', 2, undefined],
    ]);
  });

  test('runs coroutines here and waits for their results, or errors', async () => {
    const { told } = await play('coroutines');
    assert.deepEqual(told.slice(0, 4), [
      3,
      10,
      'RangeError: over there',
      'CancelledError: over there',
    ]);
    assert.match(
      told[4] as string,
      /^InvalidArgumentError: The gate exposes no function "missing"; it has note, add, /,
    );
    assert.match(told[5] as string, /could not be cloned/);
  });

  test('blocks until the result is there, or for a while', async () => {
    const { told } = await play('blocking');
    assert.deepEqual(told, [
      3,
      'RangeError: over there',
      'TimeoutError: The other thread has not answered within 1 ms',
    ]);
  });

  test('cancels what it runs here', async () => {
    const { told, events } = await play('cancel');
    assert.deepEqual(told, ['CancelledError: The operation was cancelled']);
    assert.equal(events.length, 1);
  });

  test('cancels it when a signal is aborted, whose reason is raised there', async () => {
    const { told, events } = await play('abort');
    assert.deepEqual(told, [2, 'RangeError: enough', 'RangeError: enough']);
    assert.equal(events.length, 1);
  });

  test('that ends takes what it runs here along', async () => {
    const { told, events } = await play('leave');
    assert.deepEqual([told, events], [[2], ['The thread that asked for it has gone']]);
  });

  test('hears that the gate was closed', async () => {
    const { told } = await play('gone');
    assert.deepEqual(told, [
      'CancelledError: The other event loop has gone',
      'InvalidStateError: The other event loop can no longer be reached: its gate is closed',
    ]);
  });
});

suite('this thread', () => {
  test('uses the same names for code that is outside of the loop', async () => {
    const loop = newEventLoop();
    const future = new Future<number>();
    loop.callSoonThreadsafe((n: number) => future.setResult(n), 5);
    assert.equal(await future, 5);
    assert.equal(await runCoroutineThreadsafe(async () => sleep(1, 'slept'), loop), 'slept');
    loop.close();
    assert.throws(() => loop.openGate({}), /closed/);
    assert.throws(() => connectLoop(5 as never), /what `gate.connect\(\)` returned, got 5/);
  });
});
