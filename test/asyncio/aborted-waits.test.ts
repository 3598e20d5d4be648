import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { suite, test } from 'node:test';

import {
  CancelledError,
  createTask,
  eagerTaskFactory,
  EventLoop,
  type Executor,
  Future,
  gather,
  getRunningLoop,
  newEventLoop,
  run,
  Runner,
  shield,
  sleep,
  type TaskBody,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';

const reason = new RangeError('enough');

/** A signal that is aborted `ms` milliseconds from now. */
function after(ms: number): AbortSignal {
  const controller = new AbortController();
  newEventLoop().callLater(ms, () => controller.abort(reason));
  return controller.signal;
}

/** An executor whose calls end when the test says so. */
class Manual implements Executor {
  readonly calls: Future<unknown>[] = [];

  submit<T>(): Future<T> {
    const call = new Future<T>();
    this.calls.push(call);
    return call;
  }

  async shutdown(): Promise<void> {}
}

suite('a run whose signal is aborted', () => {
  test('cancels what it runs, and fails with the reason when that has tidied up', () =>
    withVirtualTime(async ({ now }) => {
      const loop = newEventLoop();
      const events: unknown[] = [];
      const body = async () => {
        try {
          await sleep(100);
        } catch (error) {
          events.push([now(), error instanceof CancelledError]);
          await sleep(5);
          events.push(now());
          throw error;
        }
      };
      await assert.rejects(loop.runUntilComplete(body, { signal: after(10) }), reason);
      assert.deepEqual(events, [[10, true], 15]);
      const future = new Future();
      await assert.rejects(loop.runUntilComplete(future, { signal: after(10) }), reason);
      assert.equal(future.cancelled(), true);
      assert.equal(await loop.runUntilComplete(async () => 'as before'), 'as before');
    }));

  test('begins nothing if that was so before, and refuses what is no signal', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      const never = async (): Promise<void> => assert.fail('has begun');
      const signal = AbortSignal.abort(reason);
      await assert.rejects(loop.runUntilComplete(never, { signal }), reason);
      await assert.rejects(loop.runForever({ signal }), reason);
      const wrong = { signal: 'soon' as never };
      await assert.rejects(loop.runUntilComplete(never, wrong), /to be an AbortSignal, got "soon"/);
      await assert.rejects(loop.runForever(wrong), /to be an AbortSignal, got "soon"/);
      await assert.rejects(loop.shutdownAsyncgens(wrong), /to be an AbortSignal, got "soon"/);
      await assert.rejects(
        loop.shutdownDefaultExecutor(0, wrong),
        /to be an AbortSignal, got "soon"/,
      );
      await assert.rejects(new Runner({ loopFactory: () => loop }).close(wrong), /AbortSignal/);
      assert.equal(loop.isRunning(), false);
    }));

  test('has the result of what does not end for it', () =>
    withVirtualTime(async () => {
      const signal = after(10);
      const stubborn = async () => {
        await sleep(100).catch(() => undefined);
        return sleep(1, 'went on');
      };
      assert.equal(await newEventLoop().runUntilComplete(stubborn, { signal }), 'went on');
    }));

  test('ends with a CancelledError if somebody else cancels it, too', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      const task = loop.createTask(async () => sleep(100));
      const signal = after(10);
      signal.addEventListener('abort', () => task.cancel('others'));
      await assert.rejects(loop.runUntilComplete(task, { signal }), CancelledError);
    }));

  test('hears of it though it was the first step of an eager task that aborted it', () =>
    withVirtualTime(async ({ now }) => {
      const loop = newEventLoop();
      loop.setTaskFactory(eagerTaskFactory);
      const controller = new AbortController();
      const { signal } = controller;
      const waits = async () => {
        controller.abort(reason);
        await sleep(100);
      };
      await assert.rejects(loop.runUntilComplete(waits, { signal }), reason);
      const own = new AbortController();
      const ends = function* () {
        own.abort(reason);
        return 'a result';
      };
      const loopFactory = () => loop;
      assert.equal(await run(ends, { signal: own.signal, loopFactory }), 'a result');
      assert.equal(now(), 0);
    }));

  test('has its reason also if another run of the same task is aborted, by that signal or another', () =>
    withVirtualTime(async () => {
      const [one, other] = [newEventLoop(), newEventLoop()];
      const task = one.createTask(async () => sleep(100));
      const signal = after(10);
      const second = AbortSignal.any([signal]);
      const runs = [
        one.runUntilComplete(task, { signal }),
        other.runUntilComplete(task, { signal }),
        newEventLoop().runUntilComplete(task, { signal: second }),
      ];
      for (const each of runs) await assert.rejects(each, reason);
    }));

  test('lets go of the signal', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      const { signal } = new AbortController();
      const held = () => getEventListeners(signal, 'abort').length;
      const executor = new Manual();
      loop.setDefaultExecutor(executor);
      const call = loop.runInExecutor(undefined, 'node:path', 'join', { signal });
      const running = loop.runForever({ signal });
      const ends = loop.shutdownDefaultExecutor(1e6, { signal });
      assert.equal(held(), 3);
      executor.calls[0]!.setResult(1);
      await call;
      await ends;
      loop.stop();
      await running;
      assert.equal(held(), 0);
      await loop.runUntilComplete(async () => assert.equal(held(), 1), { signal });
      assert.equal(held(), 0);
    }));

  test('for ever stops the loop, which can run again', () =>
    withVirtualTime(async ({ now }) => {
      const loop = newEventLoop();
      await assert.rejects(loop.runForever({ signal: after(10) }), reason);
      assert.deepEqual([now(), loop.isRunning()], [10, false]);
      assert.equal(await loop.runUntilComplete(async () => 'again'), 'again');
      loop.close();
    }));
});

suite('a call in an executor whose signal is aborted', () => {
  const aborting = () => {
    const executor = new Manual();
    const controller = new AbortController();
    const { signal } = controller;
    const begin = (...args: unknown[]) =>
      newEventLoop().runInExecutor(executor, 'node:path', 'join', ...args, { signal });
    return { executor, controller, begin };
  };

  test('is cancelled, and its future fails with the reason', () =>
    withVirtualTime(async () => {
      const { executor, controller, begin } = aborting();
      const future = begin('a', 'b');
      controller.abort(reason);
      await rejects(future, reason);
      assert.equal(executor.calls[0]!.cancelled(), true);
      assert.throws(() => begin('a', 'b'), reason);
      assert.equal(executor.calls.length, 1);
    }));

  test('hears of it though it was the executor that aborted it', () =>
    withVirtualTime(async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const loop = newEventLoop();
      class Aborting extends Manual {
        override submit<T>(): Future<T> {
          controller.abort(reason);
          return super.submit<T>();
        }
      }
      const executor = new Aborting();
      await rejects(loop.runInExecutor(executor, 'node:path', 'join', { signal }), reason);
      assert.equal(executor.calls[0]!.cancelled(), true);
    }));

  test('waits, in reports, for what it would wait for without a signal', () =>
    withVirtualTime(() => {
      const { executor, begin } = aborting();
      const future = begin();
      assert.equal(future.waitReason, executor.calls[0]!.waitReason);
      future.cancel();
    }));

  test('keeps the result, or the error, that was there before', () =>
    withVirtualTime(async () => {
      const { executor, controller, begin } = aborting();
      const [first, second, third] = [begin(), begin(), begin()];
      executor.calls[0]!.setResult('a result');
      executor.calls[1]!.setException(new TypeError('an error'));
      executor.calls[2]!.cancel('by the executor');
      controller.abort(reason);
      assert.equal(await first, 'a result');
      await rejects(second, /an error/);
      await rejects(third, { name: 'CancelledError', message: 'by the executor' });
    }));

  test('ends with its future, as without a signal', () =>
    withVirtualTime(async () => {
      const { executor, controller, begin } = aborting();
      const future = begin();
      assert.deepEqual([future.cancel('mine'), future.cancel()], [true, false]);
      controller.abort(reason);
      await rejects(future, { name: 'CancelledError', message: 'mine' });
      assert.equal(executor.calls[0]!.cancelled(), true);
    }));
});

suite('the end of an event loop whose signal is aborted', () => {
  test('no longer waits for calls, nor for async generators', () =>
    withVirtualTime(async ({ now }) => {
      const loop = newEventLoop();
      const executor = new Manual();
      loop.setDefaultExecutor(executor);
      const call = loop.runInExecutor(undefined, 'node:path', 'join');
      await assert.rejects(loop.shutdownDefaultExecutor(1e6, { signal: after(10) }), reason);
      assert.deepEqual([now(), call.done()], [10, false]);
      const generator = (async function* () {
        try {
          yield;
        } finally {
          await sleep(1000);
        }
      })();
      await loop.adoptAsyncgen(generator).next();
      await assert.rejects(loop.shutdownAsyncgens({ signal: after(10) }), reason);
      assert.equal(now(), 20);
      // Both go on by themselves.
      await assert.doesNotReject(generator.return(undefined));
      assert.equal(now(), 1010);
      call.cancel();
    }));

  test('closes a runner though a task is not done', () =>
    withVirtualTime(async ({ now }) => {
      const events: unknown[] = [];
      const runner = new Runner();
      const loop = runner.getLoop();
      await runner.run(async () => {
        createTask(async () => {
          await sleep(1000).catch(() => undefined);
          await sleep(1000);
          events.push(now());
        });
        await sleep(1);
      });
      await assert.rejects(runner.close({ signal: after(10) }), reason);
      assert.deepEqual([now(), loop.isClosed(), events], [11, true, []]);
      await runner.close();
      await sleep(1000);
      assert.deepEqual(events, [1001]);
    }));

  test('tells, in debug mode, of the tasks that it leaves, and of none of its own', () =>
    withVirtualTime(async () => {
      const told: string[] = [];
      const runner = new Runner({ debug: true });
      await runner.run(async () => {
        const stubborn = async () => {
          await sleep(1000).catch(() => undefined);
          await sleep(1000);
        };
        createTask(stubborn, { name: 'stubborn' });
        await sleep(1);
      });
      runner.getLoop().setExceptionHandler((_loop, { message, task }) => {
        told.push(`${message}: ${task?.name}`);
      });
      await assert.rejects(runner.close({ signal: after(10) }), reason);
      assert.deepEqual(told, ['The event loop is closed while a task is pending: stubborn']);
    }));

  test('closes one at once if that was so before', () =>
    withVirtualTime(async ({ now }) => {
      const runner = new Runner();
      const loop = runner.getLoop();
      await runner.run(async () => void createTask(async () => sleep(1000)));
      await assert.rejects(runner.close({ signal: AbortSignal.abort(reason) }), reason);
      assert.deepEqual([now(), loop.isClosed()], [0, true]);
    }));
});

suite('gather and shield', () => {
  test('hear of a signal that the first step of an eager child aborts', () =>
    withVirtualTime(() =>
      run(async () => {
        getRunningLoop().setTaskFactory(eagerTaskFactory);
        for (const waits of [
          (child: () => Generator, options: object) => gather([child], options),
          (child: () => Generator, options: object) => shield(child, options),
        ]) {
          const controller = new AbortController();
          const child = function* () {
            controller.abort(reason);
            yield* sleep(5);
          };
          await rejects(waits(child, { signal: controller.signal }), reason);
        }
      }),
    ));
});

suite('run', () => {
  test('hears of its signal on an event loop of a class that knows of none', () =>
    withVirtualTime(async () => {
      class Older extends EventLoop {
        override async runUntilComplete<T>(body: TaskBody<T>): Promise<T> {
          return super.runUntilComplete(body);
        }
      }
      const loopFactory = () => new Older();
      await assert.rejects(
        run(async () => sleep(100), { signal: after(10), loopFactory }),
        reason,
      );
    }));

  test('is interrupted by its signal as before, wherever its main waits', () =>
    withVirtualTime(async () => {
      const main = () => getRunningLoop().createTask(async () => sleep(100));
      await assert.rejects(run(main, { signal: after(10) }), reason);
    }));
});
