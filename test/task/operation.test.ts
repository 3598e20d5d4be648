import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import type { Future } from '../../src/future/future.ts';
import { createTask, gather, Queue, sleep, timeout } from '../../src/public/asyncio.ts';
import { currentTask } from '../../src/task/current-task.ts';
import { emptyOperation } from '../../src/task/operation/empty-operation.ts';
import { forCaller, operation, type Operation } from '../../src/task/operation/operation.ts';
import type { Task } from '../../src/task/task.ts';
import { spawn, wait } from '../../src/public/index.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';

/** Notes when it begins, and in which task; then sleeps. */
function noting(log: string[]): (ms: number) => Operation<string> {
  const make = operation(function* (ms: number) {
    log.push(`begins in ${currentTask()?.name}`);
    yield* delay(ms);
    log.push('ends');
    return `slept ${ms}`;
  });
  return (ms) => forCaller(make(ms));
}

/** `sleep` for inside an operation. */
function* delay(ms: number): Generator<Future | undefined, void, unknown> {
  yield* sleep(ms);
}

/** An operation as async functions get it, and one as generators get it: how they are made must not be told from how they act. */
const flavours: readonly [string, <T>(make: () => T) => Promise<T>][] = [
  ['made in an async function', async (make) => make()],
  [
    'made in a generator',
    (make) =>
      // oxlint-disable-next-line require-yield -- it is there to make something in its step
      createTask(function* () {
        return [make()];
      }).then(([made]) => made as never),
  ],
];

for (const [where, make] of flavours) {
  describe(`an operation ${where}`, () => {
    test('begins when it is awaited, in the task of whoever awaits it', () =>
      withVirtualTime(async () => {
        const log: string[] = [];
        const made = { nap: await boxed(make, () => noting(log)(5)) };
        await sleep(3);
        assert.deepEqual(log, []);
        const task = createTask(async () => await made.nap.it, { name: 'awaiter' });
        assert.equal(await task, 'slept 5');
        assert.deepEqual(log, ['begins in awaiter', 'ends']);
      }));

    test('can be delegated to, and stepped by a greenlet', () =>
      withVirtualTime(async () => {
        const log: string[] = [];
        const nap = await boxed(make, () => noting(log)(5));
        const task = createTask(function* () {
          return yield* nap.it;
        });
        assert.equal(await task, 'slept 5');
        if (stackInfo().backend === 'off') return;
        const other = await boxed(make, () => noting(log)(7));
        assert.equal(await spawn(() => wait(other.it)), 'slept 7');
      }));

    test('that is looked at, printed and refused does not begin', () =>
      withVirtualTime(async () => {
        const log: string[] = [];
        const { it } = await boxed(make, () => noting(log)(5));
        assert.match(inspect(it), /Operation/);
        assert.equal(Object.prototype.toString.call(it), '[object Operation]');
        assert.throws(() => wait(it as never, 5 as never), /Operation|greenlet/);
        assert.throws(() => createTask([it] as never), TypeError);
        await sleep(10);
        assert.deepEqual(log, []);
      }));

    test('runs once, however many await it; each gets what came of it', () =>
      withVirtualTime(async () => {
        const log: string[] = [];
        const { it } = await boxed(make, () => noting(log)(5));
        const second = createTask(async () => await it);
        assert.deepEqual(
          await Promise.all([
            it,
            it.then((text) => `${text}!`),
            Promise.resolve(it),
            (async () => await it)(),
            (async () => it)(),
            second,
          ]),
          ['slept 5', 'slept 5!', 'slept 5', 'slept 5', 'slept 5', 'slept 5'],
        );
        assert.equal(await it, 'slept 5');
        assert.equal(log.length, 2);
      }));

    test('one that awaits it beside the first can be cancelled, and the others do not notice', () =>
      withVirtualTime(async (time) => {
        const { it } = await boxed(make, () => noting([])(5));
        assert.deepEqual(await resultsBesideCancelled(it, time), ['slept 5', 'slept 5']);
      }));

    test('that the first is cancelled at is cancelled for all', () =>
      withVirtualTime(async () => {
        const { it } = await boxed(make, () => noting([])(5));
        const tasks = [1, 2, 3].map(() => createTask(async () => await it));
        await sleep(1);
        tasks[0]?.cancel();
        for (const task of tasks) await assert.rejects(async () => await task, CancelledError);
      }));

    test('fails for all that await it, also when it fails at once', () =>
      withVirtualTime(async () => {
        const failing = operation(function* (ms: number) {
          if (ms > 0) yield* delay(ms);
          throw new RangeError('too far');
        });
        for (const ms of [0, 5]) {
          const { it } = await boxed(make, () => forCaller(failing(ms)));
          const outcomes = await Promise.allSettled([
            it,
            it.then(),
            it.catch((error: unknown) => String(error)),
            it.finally(() => {}),
            (async () => await it)(),
          ]);
          assert.deepEqual(
            outcomes.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
            Array(5).fill('RangeError: too far'),
          );
        }
      }));

    test('that waits for the very task it runs in gets the error where it waits, and can clean up', () =>
      withVirtualTime(async () => {
        const log: string[] = [];
        const waiting = operation(function* () {
          try {
            yield box.task;
          } catch (error) {
            log.push((error as Error).name);
            yield* delay(5);
          }
          return 'cleaned up';
        });
        const box: { task?: Task } = {};
        const { it } = await boxed(make, () => forCaller(waiting()));
        box.task = createTask(async () => await it);
        assert.equal(await box.task, 'cleaned up');
        assert.deepEqual(log, ['BadYieldError']);
      }));

    test('takes the async context of whoever awaits it along', () =>
      withVirtualTime(async () => {
        const storage = new AsyncLocalStorage<string>();
        const seen: (string | undefined)[] = [];
        const looking = operation(function* () {
          seen.push(storage.getStore());
          yield* delay(5);
          return storage.getStore();
        });
        const { it } = await boxed(make, () => forCaller(storage.run('maker', looking)));
        await storage.run('awaiter', async () => {
          await it;
          seen.push(storage.getStore());
        });
        assert.deepEqual(seen, ['awaiter', 'awaiter']);
      }));
  });
}

test('an operation that was begun cannot be delegated to, and one that was delegated to cannot be awaited', () =>
  withVirtualTime(async () => {
    const twice = { name: 'InvalidStateError', message: /twice/ };
    const awaited = sleep(5, 'awaited');
    const first = createTask(async () => await awaited);
    await sleep(1);
    await assert.rejects(
      createTask(function* () {
        return yield* awaited;
      }).then(),
      twice,
    );
    assert.equal(await first, 'awaited');

    const delegated = sleep(5, 'delegated');
    const stepping = createTask(function* () {
      return yield* delegated;
    });
    await sleep(1);
    await assert.rejects(async () => await delegated, twice);
    await assert.rejects(delegated.then(), twice);
    assert.equal(await stepping, 'delegated');
  }));

test('an operation with code of the user in it can be awaited by several, too', () =>
  withVirtualTime(async (time) => {
    const guarded = timeout(10, () => sleep(5, 'in time'));
    assert.deepEqual(await resultsBesideCancelled(guarded, time), ['in time', 'in time']);
  }));

test('shows nothing of how it waits, and a handle that somebody finds in it does not lose the wake-up', () =>
  withVirtualTime(async (time) => {
    const napping = sleep(5);
    assert.match(inspect(napping), /^Promise \[Operation\]/);
    assert.doesNotMatch(inspect(napping), /kind|cancelled|steps/);
    const task = createTask(async () => await napping);
    await sleep(1);
    (napping as unknown as { cancel(): void }).cancel();
    await assert.rejects(async () => await task, CancelledError);
    assert.equal(time.now(), 1);
  }));

test('an item is taken when the queue is asked to, and not by those who hold the operation', () =>
  withVirtualTime(async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    const get = queue.get();
    assert.match(inspect(get), /Operation/);
    assert.equal(queue.qsize(), 1);
    assert.deepEqual([await get, await get, queue.qsize()], [1, 1, 0]);
  }));

/** In an object, since what an async function returns is awaited. */
function boxed<T>(
  make: <B>(make: () => B) => Promise<B>,
  fn: () => Operation<T>,
): Promise<{ readonly it: Operation<T> }> {
  return make(() => ({ it: fn() }));
}

/** Three await it, and the one in the middle is cancelled after a millisecond: what the others get. */
async function resultsBesideCancelled<T>(it: Operation<T>, time: VirtualTime): Promise<T[]> {
  const first = createTask(async () => await it);
  const beside = createTask(async () => await it);
  const last = createTask(async () => await it);
  await sleep(1);
  beside.cancel();
  await assert.rejects(async () => await beside, CancelledError);
  assert.equal(time.now(), 1);
  return [await first, await last];
}

describe('an operation that has nothing to do', () => {
  test('takes no turn of the loop, whoever waits for it in whatever way', () =>
    withVirtualTime(async () => {
      const log: string[] = [];
      const tasks = [
        createTask(async () => {
          for (let i = 1; i <= 2; i++) {
            assert.equal(await emptyOperation(), undefined);
            log.push(`async ${i}`);
          }
        }),
        createTask(function* () {
          for (let i = 1; i <= 2; i++) {
            assert.equal(yield* emptyOperation(), undefined);
            log.push(`generator ${i}`);
          }
        }),
      ];
      const expected = ['async 1', 'async 2', 'generator 1', 'generator 2'];
      if (stackInfo().backend !== 'off') {
        const greenlet = spawn(() => {
          for (let i = 1; i <= 2; i++) {
            assert.equal(wait(emptyOperation()), undefined);
            log.push(`greenlet ${i}`);
          }
        });
        expected.push('greenlet 1', 'greenlet 2');
        await greenlet;
      }
      await gather(tasks);
      assert.deepEqual(log, expected);
    }));

  test('is a task’s body, a child of gather twice, and a promise', () =>
    withVirtualTime(async () => {
      assert.equal(await createTask(emptyOperation()), undefined);
      assert.deepEqual(await gather([emptyOperation(), emptyOperation()]), [undefined, undefined]);
      assert.equal(await emptyOperation().then(() => 'then'), 'then');
      assert.equal(emptyOperation() instanceof Promise, true);
      assert.match(inspect(emptyOperation()), /^Promise \[Operation\] \{\s+undefined/);
      assert.equal(emptyOperation().return(undefined).done, true);
    }));

  test('as a task’s body can be cancelled before it begins', () =>
    withVirtualTime(async () => {
      const task = createTask(emptyOperation());
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
    }));

  test('that is yielded, and not delegated to, is an error like that of any other', () =>
    withVirtualTime(async () => {
      const task = createTask(function* () {
        yield emptyOperation();
      });
      await assert.rejects(async () => await task, /yield\*/);
    }));
});
