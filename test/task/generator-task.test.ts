import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { suite, test } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { coroutine, StopIteration } from '../../src/public/coroutine.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Future } from '../../src/future/future.ts';
import { Loop, VirtualDriver } from '../../src/public/loop.ts';
import { allTasks } from '../../src/task/all-tasks.ts';
import { currentTask } from '../../src/task/current-task.ts';
import { ensureFuture } from '../../src/task/ensure-future.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from './rejects.ts';

suite('a task over a generator', () => {
  test('is made before its first step runs, and is the future of what the body returns', () =>
    withVirtualTime(async () => {
      const events: unknown[] = [];
      const task = new Task(function* () {
        events.push('step');
        yield* sleep(5);
        return 'result';
      });
      events.push('made');
      events.push(await task);
      assert.deepEqual(events, ['made', 'step', 'result']);
    }));

  test('drives generators, coroutines and generator functions alike', () =>
    withVirtualTime(async () => {
      const plain = function* (): Generator<unknown, number, unknown> {
        yield;
        return 1;
      };
      assert.deepEqual(
        [await new Task(plain()), await new Task(plain), await new Task(coroutine(plain)())],
        [1, 1, 1],
      );
    }));

  test('waiting for what is done does not give up the turn', () =>
    withVirtualTime(async ({ loop }) => {
      const events: string[] = [];
      const done = Future.resolved('x');
      const task = new Task(function* () {
        loop.callSoon(() => events.push('another handle'));
        for (let i = 0; i < 3; i++) events.push(yield* done);
        events.push('end of step');
      });
      await task;
      await sleep(0);
      assert.deepEqual(events, ['x', 'x', 'x', 'end of step', 'another handle']);
    }));

  test('a bare yield lets everything that is ready run once', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const body = (name: string) =>
        function* (): Generator<undefined, void, unknown> {
          for (let i = 0; i < 3; i++) {
            events.push(`${name}${i}`);
            yield;
          }
        };
      await Promise.all([new Task(body('a')), new Task(body('b'))]);
      assert.deepEqual(events, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    }));

  test('wakes one turn after its future is done, in the order of waiting', () =>
    withVirtualTime(async ({ loop }) => {
      const events: string[] = [];
      const future = new Future<string>();
      const wait = (name: string) =>
        new Task(function* () {
          events.push(`${name} ${yield* future}`);
        });
      const tasks = [wait('first'), wait('second')];
      loop.callSoon(() => {
        future.setResult('woken');
        loop.callSoon(() => events.push('behind them'));
        events.push('set');
      });
      await Promise.all(tasks);
      await sleep(0);
      assert.deepEqual(events, ['set', 'first woken', 'second woken', 'behind them']);
    }));

  test('a failure of what it waits for is raised at the `yield*`', () =>
    withVirtualTime(async () => {
      const task = new Task(function* () {
        const failing = ensureFuture(
          (function* (): Generator<unknown, never, unknown> {
            yield;
            throw new RangeError('inner');
          })(),
        );
        try {
          yield* failing;
        } catch (error) {
          return (error as Error).message;
        }
        return 'not reached';
      });
      assert.equal(await task, 'inner');
    }));

  test('a plain `yield future` gets the result as well', () =>
    withVirtualTime(async () => {
      const task = new Task(function* (): Generator<unknown, unknown, unknown> {
        return yield new Task(() => sleep(5, 'slept'));
      });
      assert.equal(await task, 'slept');
    }));

  test('a plain `yield promise` waits for it, and a cancel abandons the wait', () =>
    withVirtualTime(async () => {
      const task = new Task(function* (): Generator<unknown, unknown, unknown> {
        return yield Promise.resolve('settled');
      });
      assert.equal(await task, 'settled');
      const never = new Task(function* (): Generator<unknown, unknown, unknown> {
        return yield new Promise(() => {});
      });
      await sleep(0);
      never.cancel();
      await rejects(never, CancelledError);
    }));

  test('what cannot be waited for is an error at the yield, which says what to write', () =>
    withVirtualTime(async () => {
      const elsewhere = new Future(new Loop(new VirtualDriver()));
      const cases: [unknown, RegExp][] = [
        [5, /bad yield, 5: yield a future, a promise, or nothing/],
        [coroutine(function* () {})(), /a Coroutine: write `yield\*`/],
        [sleep(5), /an Operation: write `yield\*`/],
        [elsewhere, /attached to a different loop/],
      ];
      for (const [value, message] of cases) {
        const task = new Task(function* () {
          yield value;
        });
        await rejects(task, { name: 'BadYieldError', code: 'ERR_BAD_YIELD', message });
      }
      const task: Task<void> = new Task<void>(function* () {
        yield task;
      });
      await rejects(task, /cannot wait for itself/);
    }));

  test('what no task can run is refused at once', () => {
    assert.throws(() => new Task(5 as never), /got 5/);
    assert.throws(() => new Task((async function* () {})() as never), /got .*`for await`/);
  });

  test('a StopIteration that leaves a task’s body is an error, and no result', () =>
    withVirtualTime(async () => {
      const over = coroutine(function* () {})();
      over.close();
      const bodies = [
        () => over.next(),
        async () => over.next(),
        function* () {
          yield over.next();
        },
      ];
      for (const body of bodies) {
        await assert.rejects(
          new Task(body).then(),
          ({ name, cause }: Error) =>
            name === 'InvalidArgumentError' && cause instanceof StopIteration,
        );
      }
    }));

  test('its result cannot be set from outside', () =>
    withVirtualTime(async () => {
      const task = new Task(function* () {});
      assert.throws(() => task.setResult(undefined), { code: 'ERR_INVALID_STATE' });
      assert.throws(() => task.setException(new Error('x')), { code: 'ERR_INVALID_STATE' });
      await task;
    }));

  test('a name is counted up unless it is given', () =>
    withVirtualTime(async () => {
      const [one, two] = [new Task(function* () {}), new Task(function* () {}, { name: 'mine' })];
      assert.match(one.name, /^Task-\d+$/);
      assert.equal(two.name, 'mine');
      two.name = 'yours';
      assert.equal(two.name, 'yours');
      await two;
    }));

  test('currentTask and allTasks tell who runs and who is not done', () =>
    withVirtualTime(async () => {
      const seen: unknown[] = [];
      const one: Task<void> = new Task<void>(function* () {
        seen.push(currentTask() === one, allTasks().size);
        yield* sleep(1);
        seen.push(currentTask() === one, allTasks().size);
      });
      const two = new Task(function* () {});
      assert.equal(currentTask(), undefined);
      assert.deepEqual(allTasks(), new Set([one, two]));
      await one;
      assert.deepEqual(seen, [true, 2, true, 1]);
      assert.equal(currentTask(), undefined);
      assert.equal(allTasks().size, 0);
    }));

  test('every step runs in the async context in which the task was made', () =>
    withVirtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      const body = function* (): Generator<unknown, void, unknown> {
        seen.push(storage.getStore());
        yield* sleep(1);
        seen.push(storage.getStore());
      };
      const one = storage.run('one', () => new Task(body));
      const snapshot = storage.run('two', () => AsyncLocalStorage.snapshot());
      const two = storage.run('other', () => new Task(body, { context: snapshot }));
      await Promise.all([one, two]);
      assert.deepEqual(seen, ['one', 'two', 'one', 'two']);
    }));

  test('a thousand tasks that sleep take no longer than one', () =>
    withVirtualTime(async ({ now }) => {
      const body = function* (): Generator<unknown, void, unknown> {
        yield* sleep(1000);
      };
      await Promise.all(Array.from({ length: 1000 }, () => new Task(body)));
      assert.equal(now(), 1000);
    }));
});

suite('cancelling a task over a generator', () => {
  test('raises CancelledError where it waits, and cancels what it waits for', () =>
    withVirtualTime(async ({ loop, now }) => {
      const timers = loop.timerCount;
      const events: unknown[] = [];
      const task = new Task(function* () {
        try {
          yield* sleep(1000);
        } catch (error) {
          events.push((error as Error).message);
          throw error;
        } finally {
          events.push('finally');
        }
      });
      await sleep(10);
      assert.equal(task.cancel('enough'), true);
      assert.equal(task.cancelled(), false);
      await rejects(task, (error) => error instanceof CancelledError && error.message === 'enough');
      assert.deepEqual(events, ['enough', 'finally']);
      assert.equal(task.cancelled(), true);
      assert.equal(task.cancel(), false);
      assert.equal(now(), 10);
      assert.equal(loop.timerCount, timers);
    }));

  test('reaches through tasks that wait for tasks', () =>
    withVirtualTime(async () => {
      const inner = new Task(function* () {
        yield* sleep(1000);
      });
      const outer = new Task(function* () {
        yield* inner;
      });
      await sleep(1);
      outer.cancel();
      await rejects(outer, CancelledError);
      assert.equal(inner.cancelled(), true);
    }));

  test('one that has not begun never runs', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const body = function* (): Generator<unknown, void, unknown> {
        events.push('ran');
        yield;
      };
      const tasks = [new Task(body), new Task(body()), new Task(coroutine(body)())];
      for (const task of tasks) task.cancel();
      for (const task of tasks) await rejects(task, CancelledError);
      assert.deepEqual(events, []);
    }));

  test('a task may refuse', () =>
    withVirtualTime(async () => {
      const task = new Task(function* () {
        try {
          yield* sleep(1000);
        } catch {
          yield* sleep(5);
        }
        return 'refused';
      });
      await sleep(1);
      task.cancel();
      assert.equal(await task, 'refused');
      assert.equal(task.cancelled(), false);
      assert.equal(task.cancelling(), 1);
    }));

  test('one that cancels itself and then waits is cancelled there', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const task = new Task(function* () {
        currentTask()?.cancel();
        events.push('goes on');
        yield* sleep(1000);
        events.push('not reached');
      });
      await rejects(task, CancelledError);
      assert.deepEqual(events, ['goes on']);
    }));

  test('one that is cancelled in its last step ends cancelled', () =>
    withVirtualTime(async () => {
      const task = new Task(function* () {
        yield;
        currentTask()?.cancel('too late');
        return 'result';
      });
      await rejects(
        task,
        (error) => error instanceof CancelledError && error.message === 'too late',
      );
    }));

  test('one that was woken, but has not run yet, still gets it', () =>
    withVirtualTime(async () => {
      const future = new Future<string>();
      const task = new Task(function* () {
        return yield* future;
      });
      await sleep(1);
      future.setResult('result');
      assert.equal(task.cancel(), true);
      await rejects(task, CancelledError);
      assert.equal(future.result(), 'result');
    }));

  test('uncancel takes requests back; the last one also if it was not delivered', () =>
    withVirtualTime(async () => {
      const task = new Task(function* () {
        yield;
        const me = currentTask() as Task;
        me.cancel();
        me.cancel();
        const counts = [me.cancelling(), me.uncancel(), me.uncancel(), me.uncancel()];
        yield* sleep(1);
        return counts;
      });
      assert.deepEqual(await task, [2, 1, 0, 0]);
    }));

  test('its own CancelledError is raised for whoever asks first, and one without a message for others', () =>
    withVirtualTime(async () => {
      const mine = new CancelledError('mine');
      const task = new Task(function* () {
        yield;
        throw mine;
      });
      await rejects(task, (error) => error === mine);
      const plain = { name: 'CancelledError', message: new CancelledError().message };
      assert.throws(() => task.result(), plain);
      assert.throws(() => task.exception(), plain);
      assert.equal(task.cancelled(), true);
    }));

  test('its signal is aborted', () =>
    withVirtualTime(async () => {
      const task = new Task(function* () {
        yield* sleep(1000);
      });
      const { signal } = task;
      assert.equal(signal.aborted, false);
      task.cancel('enough');
      assert.equal(signal.aborted, true);
      assert.equal((signal.reason as Error).message, 'enough');
      await rejects(task, CancelledError);
    }));
});
