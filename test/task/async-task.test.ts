import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Future } from '../../src/future/future.ts';
import { currentTask } from '../../src/task/current-task.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from './rejects.ts';

suite('a task over an async function', () => {
  test('calls the function in its first step', () =>
    withVirtualTime(async () => {
      const events: unknown[] = [];
      const task = new Task(async () => {
        events.push('step');
        await sleep(5);
        return 'result';
      });
      events.push('made');
      events.push(await task);
      assert.deepEqual(events, ['made', 'step', 'result']);
    }));

  test('a promise, a future or a plain value will do as what the function returns', () =>
    withVirtualTime(async () => {
      assert.deepEqual(
        [
          await new Task(Promise.resolve(1)),
          await new Task(() => Promise.resolve(2)),
          await new Task(() => sleep(5, 3)),
          await new Task(() => 4),
        ],
        [1, 2, 3, 4],
      );
    }));

  test('two of them take turns, wait by wait', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const body = (name: string) => async (): Promise<void> => {
        for (let i = 0; i < 3; i++) {
          events.push(`${name}${i}`);
          await sleep(0);
        }
      };
      await Promise.all([new Task(body('a')), new Task(body('b'))]);
      assert.deepEqual(events, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    }));

  test('an error makes it fail', () =>
    withVirtualTime(async () => {
      const failure = new RangeError('of the body');
      const task = new Task(async () => {
        await sleep(1);
        throw failure;
      });
      await rejects(task, (error) => error === failure);
      assert.equal(task.exception(), failure);
    }));

  test('currentTask is right after every await, also of a foreign promise', () =>
    withVirtualTime(async () => {
      const body = async (): Promise<boolean[]> => {
        const me = currentTask();
        const same: boolean[] = [];
        await sleep(1);
        same.push(currentTask() === me);
        await Promise.resolve();
        same.push(currentTask() === me);
        await new Promise(setImmediate);
        same.push(currentTask() === me, me !== undefined);
        return same;
      };
      const [one, two] = [new Task(body), new Task(body)];
      assert.deepEqual(await one, [true, true, true, true]);
      assert.deepEqual(await two, [true, true, true, true]);
    }));

  test('one that awaits itself gets an error instead of waiting for ever', () =>
    withVirtualTime(async () => {
      const task: Task<void> = new Task<void>(async () => {
        await task;
      });
      await rejects(task, { code: 'ERR_BAD_YIELD' });
    }));
});

suite('cancelling a task over an async function', () => {
  test('raises CancelledError at its `await`, and cancels what it awaits', () =>
    withVirtualTime(async ({ loop, now }) => {
      const timers = loop.timerCount;
      const events: unknown[] = [];
      const inner = async (): Promise<void> => {
        try {
          await sleep(1000);
        } finally {
          events.push('inner finally');
        }
      };
      const task = new Task(async () => {
        await sleep(1);
        await inner();
        events.push('not reached');
      });
      await sleep(10);
      assert.equal(task.cancel('enough'), true);
      await rejects(task, (error) => error instanceof CancelledError && error.message === 'enough');
      assert.deepEqual(events, ['inner finally']);
      assert.equal(task.cancelled(), true);
      assert.equal(now(), 10);
      assert.equal(loop.timerCount, timers);
    }));

  test('reaches everything that it awaits at once', () =>
    withVirtualTime(async ({ loop }) => {
      const timers = loop.timerCount;
      const task = new Task(async () => {
        await Promise.all(Array.from({ length: 40 }, (_, i) => sleep(1000 + i)));
      });
      await sleep(10);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(loop.timerCount, timers);
    }));

  test('does not touch the tasks that it started', () =>
    withVirtualTime(async () => {
      let child: Task<string> | undefined;
      const task = new Task(async () => {
        child = new Task(async () => {
          await sleep(20);
          return 'child goes on';
        });
        await sleep(1000);
      });
      await sleep(10);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(await child, 'child goes on');
    }));

  test('one that has not begun is never called', () =>
    withVirtualTime(async () => {
      let called = false;
      const task = new Task(async () => {
        called = true;
      });
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(called, false);
    }));

  test('if it awaits a foreign promise, the next future that it awaits is cancelled', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const foreign = Promise.withResolvers<void>();
      const task = new Task(async () => {
        await foreign.promise;
        events.push('after the promise');
        await sleep(1000);
        events.push('not reached');
      });
      await sleep(1);
      task.cancel();
      foreign.resolve();
      await rejects(task, CancelledError);
      assert.deepEqual(events, ['after the promise']);
    }));

  test('the signal reaches what it awaits that is no future', () =>
    withVirtualTime(async () => {
      const task = new Task(async () => {
        const { signal } = currentTask() as Task;
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      });
      await sleep(1);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(task.cancelled(), true);
    }));

  test('one that returns all the same, with the request undelivered, ends cancelled; taken back, it does not', () =>
    withVirtualTime(async () => {
      const body = (foreign: Promise<void>) => async (): Promise<string> => {
        await foreign;
        return 'result';
      };
      const foreign = Promise.withResolvers<void>();
      const [one, two] = [new Task(body(foreign.promise)), new Task(body(foreign.promise))];
      await sleep(1);
      one.cancel();
      two.cancel();
      two.uncancel();
      foreign.resolve();
      await rejects(one, CancelledError);
      assert.equal(await two, 'result');
    }));

  test('a promise that was started elsewhere is left to itself', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const started = (async (): Promise<void> => {
        await sleep(20);
        events.push('ran to its end');
      })();
      const task = new Task(started);
      await sleep(1);
      task.cancel();
      await rejects(task, CancelledError);
      assert.deepEqual(events, []);
      await started;
      assert.deepEqual(events, ['ran to its end']);
    }));

  test('a task may refuse', () =>
    withVirtualTime(async () => {
      const task = new Task(async () => {
        await sleep(1000).catch(() => undefined);
        await sleep(5);
        return 'refused';
      });
      await sleep(1);
      task.cancel();
      assert.equal(await task, 'refused');
    }));

  test('awaiting what is done goes on without a turn of the loop', () =>
    withVirtualTime(async ({ loop }) => {
      const events: string[] = [];
      const done = Future.resolved('x');
      await new Task(async () => {
        for (let i = 0; i < 3; i++) events.push(await done);
        loop.callSoon(() => events.push('a turn'));
      });
      await sleep(0);
      assert.deepEqual(events, ['x', 'x', 'x', 'a turn']);
    }));
});
