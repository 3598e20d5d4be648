import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  CancelledError,
  ContextVar,
  createTask,
  currentTask,
  type EventLoop,
  getRunningLoop,
  InvalidStateError,
  newEventLoop,
  run,
  Runner,
  sleep,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

suite('a runner', () => {
  test('runs several mains on one event loop, made at the first need, and in one context', () =>
    withVirtualTime(async () => {
      const made: EventLoop[] = [];
      const loopFactory = (): EventLoop => {
        made.push(newEventLoop());
        return made.at(-1)!;
      };
      const count = new ContextVar<number>('count', { default: 0 });
      const next = async () => {
        count.set(count.get() + 1);
        await sleep(1);
        return [getRunningLoop(), count.get()];
      };
      const runner = new Runner({ loopFactory });
      assert.equal(made.length, 0);
      assert.deepEqual(await runner.run(next), [made[0], 1]);
      assert.deepEqual(await runner.run(next), [made[0], 2]);
      assert.equal(runner.getLoop(), made[0]);
      assert.equal(count.get(), 0);
      await runner.close();
      await runner.close();
      assert.equal(made[0]!.isClosed(), true);
      assert.throws(() => runner.getLoop(), /The runner is closed/);
      await assert.rejects(
        runner.run(next),
        (error) => error instanceof InvalidStateError && /The runner is closed/.test(error.message),
      );
      assert.equal(made.length, 1);
    }));

  test('keeps what a main leaves behind until it is closed', () =>
    withVirtualTime(async ({ now }) => {
      const events: string[] = [];
      const runner = new Runner();
      await runner.run(async () => {
        createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            events.push(`ended at ${now()}`);
          }
        });
        await sleep(1);
      });
      await runner.run(async () => sleep(10));
      events.push(`closing at ${now()}`);
      await runner[Symbol.asyncDispose]();
      assert.deepEqual(events, ['closing at 11', 'ended at 11']);
    }));

  test('is not for tasks, and not for two runs at once', () =>
    withVirtualTime(async () => {
      const runner = new Runner();
      const running = runner.run(async () => sleep(5));
      await assert.rejects(
        runner.run(async () => 1),
        /running already/,
      );
      await assert.rejects(runner.close(), /Cannot close the runner while it runs/);
      await running;
      await runner.close();
      await run(async () => {
        await assert.rejects(
          new Runner().run(async () => 1),
          /Cannot call `Runner.run` inside a task/,
        );
      });
    }));

  test('that was never used is closed without making a loop', async () => {
    const runner = new Runner({ loopFactory: () => assert.fail('made a loop') });
    await runner.close();
  });
});

suite('the end of run', () => {
  test('hears of a leftover task that fails, and of no other', () =>
    withVirtualTime(async () => {
      const reports: unknown[] = [];
      const failure = new RangeError('while tidying up');
      await run(async () => {
        getRunningLoop().setExceptionHandler((_loop, { message, exception, task }) =>
          reports.push([message, exception, (task as any).name]),
        );
        createTask(
          async () => {
            try {
              await sleep(1000);
            } catch {
              throw failure;
            }
          },
          { name: 'failing' },
        );
        createTask(async () => sleep(1000), { name: 'cancelled' });
        await sleep(1);
      });
      assert.deepEqual(reports, [
        ['Unhandled exception during run() shutdown', failure, 'failing'],
      ]);
    }));

  test('ends tasks that callbacks of its loop have started', () =>
    withVirtualTime(async ({ now }) => {
      const events: string[] = [];
      await run(async () => {
        getRunningLoop().callSoon(() => {
          createTask(async () => {
            try {
              await sleep(1000);
            } catch (error) {
              events.push(`${(error as Error).name} at ${now()}`);
            }
          });
        });
        await sleep(1);
      });
      assert.deepEqual(events, ['CancelledError at 1']);
    }));

  test('closes async generators that were stepped by hand and adopted', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const letters = async function* () {
        try {
          yield 'a';
          yield 'b';
        } finally {
          await sleep(1);
          events.push('closed');
        }
      };
      const failing = async function* () {
        try {
          yield 'a';
        } finally {
          throw new RangeError('in the generator');
        }
      };
      await run(async () => {
        const loop = getRunningLoop();
        loop.setExceptionHandler((_loop, { message, exception }) =>
          events.push(`${message}: ${(exception as Error).message}`),
        );
        for (const generator of [letters(), failing()])
          events.push((await loop.adoptAsyncgen(generator).next()).value as string);
      });
      assert.deepEqual(events, [
        'a',
        'a',
        'closed',
        'An async generator raised an error while it was closed: in the generator',
      ]);
    }));

  test('a main that is cancelled from elsewhere ends with CancelledError', () =>
    withVirtualTime(async () => {
      await assert.rejects(
        run(async () => {
          currentTask()!.cancel('enough');
          await sleep(1);
        }),
        (error) => error instanceof CancelledError && error.message === 'enough',
      );
    }));

  test('the name of the main task can be given', () =>
    withVirtualTime(async () => {
      assert.equal(await run(async () => currentTask()!.name, { name: 'program' }), 'program');
    }));
});
