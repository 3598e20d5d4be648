import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  ALL_COMPLETED,
  CancelledError,
  coroutine,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  gather,
  sleep,
  type Task,
  wait,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { caught, inEachStyle } from './styles.ts';

const after = coroutine(function* <T>(ms: number, value: T): Generator<unknown, T, unknown> {
  yield* sleep(ms);
  return value;
});

const failAfter = coroutine(function* (
  ms: number,
  message: string,
): Generator<unknown, never, unknown> {
  yield* sleep(ms);
  throw new RangeError(message);
});

suite('sleep', () => {
  test('takes the time it is given, and hands on its result', () =>
    withVirtualTime(async ({ now }) => {
      assert.equal(await sleep(1500, 'rested'), 'rested');
      assert.equal(await sleep(500), undefined);
      assert.equal(now(), 2000);
    }));

  test('shorter ones wake first, equal ones in the order of falling asleep', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const body = (name: string, ms: number) =>
        createTask(async () => {
          await sleep(ms);
          events.push(name);
        });
      await gather(body('b', 20), body('c', 20), body('a', 10), body('d', 20));
      assert.deepEqual(events, ['a', 'b', 'c', 'd']);
    }));

  test('sleep(0) is one turn: what is ready runs, and only once', () =>
    withVirtualTime(async ({ loop, now }) => {
      const events: string[] = [];
      const ticks = (): void => {
        events.push('turn');
        if (events.length < 8) loop.callSoon(ticks);
      };
      await createTask(function* () {
        loop.callSoon(ticks);
        for (let i = 0; i < 3; i++) {
          yield* sleep(0);
          events.push('awake');
        }
      });
      assert.deepEqual(events.slice(0, 6), ['turn', 'awake', 'turn', 'awake', 'turn', 'awake']);
      assert.equal(now(), 0);
    }));

  test('cancelled, it wakes who waits at once and drops its timer', () =>
    withVirtualTime(async ({ loop, now }) => {
      const timers = loop.timerCount;
      for (const ms of [0, 1000]) {
        const sleeping = sleep(ms);
        const task = createTask(function* () {
          yield* sleeping;
        });
        loop.callSoon(() => task.cancel());
        await rejects(task, CancelledError);
      }
      assert.equal(loop.timerCount, timers);
      assert.equal(now(), 0);
    }));

  test('refuses what is no time', () => {
    for (const ms of [NaN, '1', undefined]) {
      assert.throws(() => sleep(ms as number), { code: 'ERR_INVALID_ARGUMENT' });
    }
  });
});

suite('gather', () => {
  test('runs all at once and gives the results in the order of the arguments', () =>
    withVirtualTime(async ({ now }) => {
      const results = await gather(after(30, 'a'), (async () => 'b')(), after(10, 3), () =>
        sleep(5, true),
      );
      assert.deepEqual(results, ['a', 'b', 3, true]);
      assert.equal(now(), 30);
    }));

  test('of nothing is done at once', () =>
    withVirtualTime(async () => {
      assert.deepEqual(gather().result(), []);
      assert.deepEqual(gather([]).result(), []);
    }));

  test('runs an object that is given twice once, and gives its result twice', () =>
    withVirtualTime(async () => {
      let runs = 0;
      const one = coroutine(function* () {
        yield;
        return ++runs;
      })();
      assert.deepEqual(await gather(one, one), [1, 1]);
    }));

  test('fails with the first failure, while the others go on', () =>
    withVirtualTime(async ({ now }) => {
      const events: string[] = [];
      const slow = createTask(async () => {
        await sleep(50);
        events.push('slow');
        throw new Error('nobody hears of this one');
      });
      await rejects(gather(slow, failAfter(10, 'first')), /first/);
      assert.equal(now(), 10);
      assert.deepEqual(events, []);
      await wait([slow]);
      assert.deepEqual(events, ['slow']);
    }));

  test('with returnExceptions, failures and cancellations are results', () =>
    withVirtualTime(async () => {
      const cancelled = createTask(after(1000, 'x'));
      cancelled.cancel('not you');
      const [one, two, three] = await gather([after(20, 1), failAfter(10, 'ten'), cancelled], {
        returnExceptions: true,
      });
      assert.equal(one, 1);
      assert.ok(two instanceof RangeError);
      assert.ok(three instanceof CancelledError);
    }));

  test('cancelling it cancels all that are not done, and it ends when they have', () =>
    withVirtualTime(async ({ now }) => {
      const events: string[] = [];
      const tidy = (name: string, ms: number) =>
        createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(ms);
            events.push(`${name} at ${now()}`);
          }
        });
      const done = createTask(after(1, 'done'));
      const children = [tidy('a', 5), tidy('b', 10)];
      const all = gather([done, ...children], { returnExceptions: true });
      await sleep(10);
      assert.equal(all.cancel(), true);
      assert.equal(all.done(), false);
      await rejects(all, CancelledError);
      assert.deepEqual(events, ['a at 15', 'b at 20']);
      assert.equal(all.cancel(), false);
      assert.equal(done.result(), 'done');
    }));

  test('a child that someone else cancels is a failure, and the whole does not count as cancelled', () =>
    withVirtualTime(async () => {
      const child = createTask(after(1000, 'x'));
      const all = gather(child, after(1, 'y'));
      await sleep(2);
      child.cancel();
      await rejects(all, CancelledError);
      assert.equal(all.cancelled(), false);
    }));

  test('a task that waits for it passes its own cancellation on to all', () =>
    withVirtualTime(async () => {
      const children = [createTask(after(1000, 1)), createTask(after(1000, 2))] as const;
      const task = createTask(async () => gather(children));
      await sleep(1);
      task.cancel();
      await rejects(task, CancelledError);
      assert.deepEqual(
        children.map((child) => child.cancelled()),
        [true, true],
      );
    }));

  test('refuses what cannot be waited for', () => {
    assert.throws(() => gather(5 as never), /got 5/);
  });

  inEachStyle(
    'cancelled when its things are done, it raises that in its own turn',
    function* (stage) {
      const { start, loop, events } = stage;
      const thing = new Future<number>();
      const task = start(function* () {
        try {
          yield gather([thing]);
        } finally {
          events.push('ends');
        }
      });
      yield sleep(1);
      thing.setResult(1);
      task.cancel();
      loop.callSoon(() => events.push('a turn'));
      yield sleep(0);
      loop.callSoon(() => events.push('another turn'));
      assert.ok((yield* caught(task)) instanceof CancelledError);
      assert.deepEqual(events, ['a turn', 'ends', 'another turn']);
    },
  );
});

suite('wait', () => {
  const tasks = () =>
    [createTask(after(30, 'c')), createTask(after(10, 'a')), createTask(after(20, 'b'))] as const;

  test('waits for all', () =>
    withVirtualTime(async ({ now }) => {
      const all = tasks();
      const [done, pending] = await wait(all);
      assert.deepEqual(done, new Set(all));
      assert.equal(pending.size, 0);
      assert.equal(now(), 30);
    }));

  test('or for the first', () =>
    withVirtualTime(async ({ now }) => {
      const all = tasks();
      const [done, pending] = await wait(all, { returnWhen: FIRST_COMPLETED });
      assert.deepEqual([done, pending], [new Set([all[1]]), new Set([all[0], all[2]])]);
      assert.equal(now(), 10);
    }));

  test('or for the first that fails; being cancelled is no failure', () =>
    withVirtualTime(async ({ now }) => {
      const cancelled = createTask(after(1000, 'x'));
      const all: Task[] = [...tasks(), createTask(failAfter(15, 'failed')), cancelled];
      cancelled.cancel();
      const [done, pending] = await wait(all, { returnWhen: FIRST_EXCEPTION });
      assert.deepEqual(
        [done, pending],
        [new Set([all[1], all[3], all[4]]), new Set([all[0], all[2]])],
      );
      assert.equal(now(), 15);
    }));

  test('or until its time is up, which is no error and cancels nothing', () =>
    withVirtualTime(async ({ now }) => {
      const all = tasks();
      const [done, pending] = await wait(all, { timeout: 15, returnWhen: ALL_COMPLETED });
      assert.deepEqual([done, pending], [new Set([all[1]]), new Set([all[0], all[2]])]);
      assert.equal(now(), 15);
      assert.equal(await all[0], 'c');
    }));

  test('reports all that are done by the time the waiter goes on, and not only the first', () =>
    withVirtualTime(async ({ loop }) => {
      const [one, two] = [new Future<string>(), new Future<string>()];
      const task = createTask(function* () {
        return yield* wait([one, two], { returnWhen: FIRST_COMPLETED });
      });
      await sleep(1);
      one.setResult('first');
      loop.callSoon(() => two.setResult('just in time'));
      const [done, pending] = await task;
      assert.deepEqual([done, pending], [new Set([one, two]), new Set()]);
    }));

  test('cancelled, it leaves what it waited for alone', () =>
    withVirtualTime(async ({ loop }) => {
      const timers = loop.timerCount;
      const child = createTask(after(100, 'child'));
      const task = createTask(async () => wait([child], { timeout: 5000 }));
      await sleep(1);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(await child, 'child');
      assert.equal(loop.timerCount, timers);
    }));

  test('makes tasks of coroutines and promises, one for each', () =>
    withVirtualTime(async () => {
      const one = after(10, 'one');
      const [done] = await wait<unknown>([one, one, (async () => 'two')(), sleep(5, 'three')]);
      assert.deepEqual(
        Array.from(done, (future) => future.result()),
        ['one', 'two', 'three'],
      );
    }));

  test('refuses nothing, one future that is no list, and modes that do not exist', () =>
    withVirtualTime(async () => {
      assert.throws(() => wait([]), /got none/);
      assert.throws(() => wait(sleep(1) as never), /got an Operation/);
      assert.throws(() => wait([5 as never]), /got 5/);
      assert.throws(() => wait([sleep(1)], { returnWhen: 'SOON' as never }), /got "SOON"/);
    }));
});
