import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  CancelledError,
  createTask,
  currentTask,
  sleep,
  timeout,
  TimeoutError,
  waitFor,
} from '../../src/public/asyncio.ts';
import { main } from '../../src/hub/main.ts';
import { wait } from '../../src/hub/wait.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from './rejects.ts';

suite('a body that an operation runs', () => {
  test('runs in the task of a generator that waits for it, whatever its style', () =>
    withVirtualTime(async () => {
      await createTask(function* () {
        const me = currentTask()?.name;
        const bodies = [
          () => currentTask()?.name,
          function* () {
            yield* sleep(1);
            return currentTask()?.name;
          },
          async () => {
            await sleep(1);
            await Promise.resolve();
            return currentTask()?.name;
          },
        ];
        for (const body of bodies) assert.equal(yield* timeout<unknown>(10, body), me);
      });
    }));

  test('an async function is cancelled at what it awaits, and waited for until it has cleaned up', () =>
    withVirtualTime(async ({ now }) => {
      const events: string[] = [];
      const task = createTask(function* () {
        yield* timeout(1000, async () => {
          try {
            await Promise.all([sleep(500), sleep(600)]);
          } finally {
            await sleep(5);
            events.push(`cleaned up at ${now()}`);
          }
        });
      });
      await sleep(10);
      task.cancel();
      await rejects(task, CancelledError);
      assert.deepEqual(events, ['cleaned up at 15']);
    }));

  test('one that awaits a foreign promise goes on until that is settled; its result counts', () =>
    withVirtualTime(async ({ now, loop }) => {
      const foreign = Promise.withResolvers<string>();
      loop.callLater(50, () => foreign.resolve('settled'));
      let expired: boolean | undefined;
      const result = await timeout(10, async (limit) => {
        const value = await foreign.promise;
        expired = limit.expired();
        return value;
      });
      assert.deepEqual([result, expired, now()], ['settled', true, 50]);
      const task = createTask(function* () {
        yield* timeout(10, async () => {
          await foreign.promise;
          await new Promise<void>((resolve) => loop.callLater(50, () => resolve()));
          await sleep(1000);
        });
      });
      // The request is delivered at the first wait that it can reach.
      await rejects(task, TimeoutError);
      assert.equal(now(), 100);
    }));

  test('the signal of the timeout ends what stands behind a foreign promise', () =>
    withVirtualTime(async ({ now }) => {
      const fetchLike = (signal: AbortSignal): Promise<never> =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      await rejects(
        timeout(10, async ({ signal }) => fetchLike(signal)),
        TimeoutError,
      );
      await rejects(
        createTask(function* () {
          yield* timeout(10, ({ signal }) => fetchLike(signal));
        }),
        TimeoutError,
      );
      // A promise that is given as it is can be abandoned.
      await rejects(waitFor(fetchLike(new AbortController().signal), 10), TimeoutError);
      assert.equal(now(), 30);
    }));

  test('a body that throws before it waits is an error of the operation', () =>
    withVirtualTime(async () => {
      const throws = (): never => {
        throw new RangeError('at once');
      };
      await rejects(timeout(10, throws), /at once/);
      await rejects(
        createTask(function* () {
          yield* timeout(10, throws);
        }),
        /at once/,
      );
    }));

  test(
    'an async function that a greenlet runs is abandoned when its time is over',
    { skip: stackInfo().backend === 'off' && 'needs stacks' },
    () =>
      withVirtualTime(async ({ now }) => {
        await main(() => {
          assert.equal(wait(timeout(10, async () => sleep(5, 'in time'))), 'in time');
          assert.throws(() => wait(timeout(10, async () => sleep(1000))), TimeoutError);
          assert.equal(now(), 15);
        });
      }),
  );
});
