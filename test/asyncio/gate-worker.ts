// What the tests of gates run in a Worker; `workerData` names the case.

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { connectLoop, run } from '../../src/public/asyncio.ts';
import type { exposed } from './thread-gate.test.ts';

const { port, name } = workerData as { port: MessagePort; name: string };
const loop = connectLoop<ReturnType<typeof exposed>>(port);
const tell = (value: unknown): void => parentPort!.postMessage(value);
const failure = (error: unknown): string => `${(error as Error).name}: ${(error as Error).message}`;

const cases: Record<string, () => unknown> = {
  soon() {
    loop.callSoonThreadsafe('note', 'one', 1);
    loop.callSoonThreadsafe('note', 'two', 2);
  },
  async coroutines() {
    tell(await loop.runCoroutineThreadsafe('add', 1, 2));
    tell(await loop.runCoroutineThreadsafe('generator', 5));
    tell(await loop.runCoroutineThreadsafe('fail').catch(failure));
    tell(await loop.runCoroutineThreadsafe('cancelled').catch(failure));
    tell(await (loop as any).runCoroutineThreadsafe('missing').catch(failure));
    tell(await loop.runCoroutineThreadsafe('uncloneable').catch(failure));
  },
  blocking() {
    tell(loop.blockingCall('add', [1, 2]));
    try {
      loop.blockingCall('fail', []);
    } catch (error) {
      tell(failure(error));
    }
    try {
      loop.blockingCall('forever', [], { timeout: 1 });
    } catch (error) {
      tell(failure(error));
    }
  },
  async cancel() {
    const call = loop.runCoroutineThreadsafe('forever');
    // By then it has begun.
    await loop.runCoroutineThreadsafe('add', 1, 1);
    call.cancel();
    tell(await call.catch(failure));
  },
  async abort() {
    const controller = new AbortController();
    const { signal } = controller;
    const call = loop.runCoroutineThreadsafe('forever', { signal });
    tell(await loop.runCoroutineThreadsafe('add', 1, 1, { signal }));
    controller.abort(new RangeError('enough'));
    tell(await call.catch(failure));
    try {
      void loop.runCoroutineThreadsafe('add', 1, 1, { signal });
    } catch (error) {
      tell(failure(error));
    }
  },
  async leave() {
    void loop.runCoroutineThreadsafe('forever').catch(() => undefined);
    tell(await loop.runCoroutineThreadsafe('add', 1, 1));
    process.exit();
  },
  async gone() {
    tell(await loop.runCoroutineThreadsafe('closeGate').catch(failure));
    try {
      loop.callSoonThreadsafe('note', 'three', 3);
    } catch (error) {
      tell(failure(error));
    }
  },
};

await run(async () => {
  await cases[name]!();
});
