import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  asCompleted,
  CancelledError,
  createTask,
  Future,
  sleep,
  type Task,
  TimeoutError,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { caught, inEachStyle } from './styles.ts';

suite('asCompleted with `for`', () => {
  inEachStyle('the n-th operation has the n-th result', function* ({ note, events }) {
    for (const next of asCompleted([sleep(30, 'c'), sleep(10, 'a'), sleep(20, 'b')]))
      note(yield next);
    assert.deepEqual(events, ['a @10', 'b @20', 'c @30']);
  });

  inEachStyle('raises what the next one failed with', function* ({ start }) {
    const failing = start(function* () {
      yield sleep(5);
      throw new RangeError('failed');
    });
    const cancelled = start(function* () {
      yield sleep(1000);
    });
    cancelled.cancel();
    const [one, two, three] = [...asCompleted<unknown>([failing, cancelled, sleep(10, 'slept')])];
    assert.ok((yield* caught(one)) instanceof CancelledError);
    assert.match((yield* caught(two)).message, /failed/);
    assert.equal(yield three, 'slept');
  });

  inEachStyle('the waits may stand side by side, and are served in order', function* (stage) {
    const { start, note, events } = stage;
    const operations = asCompleted([sleep(20, 'b'), sleep(10, 'a')]);
    const waiting = Array.from(operations, (next, i) =>
      start(function* () {
        note(`${i}: ${yield next}`);
      }),
    );
    for (const one of waiting) yield one;
    assert.deepEqual(events, ['0: a @10', '1: b @20']);
  });

  inEachStyle('one that is cancelled loses nothing, also when woken already', function* (stage) {
    const { start } = stage;
    for (const woken of [false, true]) {
      const [one, two] = [new Future<string>(), new Future<string>()];
      const operations = [...asCompleted([one, two])];
      const waiting = operations.map((next) =>
        start(function* () {
          return yield next;
        }),
      );
      yield sleep(1);
      one.setResult('first');
      if (woken) yield sleep(0);
      waiting[0]?.cancel();
      two.setResult('second');
      assert.ok((yield* caught(waiting[0])) instanceof CancelledError);
      assert.equal(yield waiting[1], 'first');
    }
  });

  inEachStyle('when the time is over, each wait that is left raises', function* ({ now, start }) {
    const late = start(function* () {
      yield sleep(1000);
      return 'late';
    });
    const operations = asCompleted<unknown>([late, sleep(10, 'a'), sleep(2000)], { timeout: 100 });
    const outcomes: unknown[] = [];
    for (const next of operations) {
      try {
        outcomes.push(yield next);
      } catch (error) {
        outcomes.push((error as Error).name);
      }
    }
    assert.deepEqual(outcomes, ['a', 'TimeoutError', 'TimeoutError']);
    assert.equal(now(), 100);
    assert.equal(yield late, 'late');
  });

  inEachStyle('ends with the reason of a signal, and cancels nothing', function* ({ loop }) {
    const controller = new AbortController();
    loop.callLater(5, () => controller.abort('enough'));
    const slept = createTask(sleep(10, 'slept'));
    const [next] = [...asCompleted([slept], { signal: controller.signal })];
    assert.equal(yield* caught(next), 'enough');
    assert.equal(yield slept, 'slept');
  });

  test('begun again, it goes on where it stopped', () =>
    withVirtualTime(async () => {
      const seen: string[] = [];
      const results = asCompleted([sleep(30, 'c'), sleep(10, 'a'), sleep(20, 'b')]);
      for (const next of results) {
        seen.push(await next);
        break;
      }
      for (const next of results) seen.push(await next);
      for (const next of results) seen.push(await next);
      assert.deepEqual(seen, ['a', 'b', 'c']);
    }));

  test('a thing that is given twice comes once; of nothing, nothing comes', () =>
    withVirtualTime(async () => {
      const one = sleep(5, 'x');
      assert.equal([...asCompleted([one, one])].length, 1);
      assert.deepEqual([...asCompleted([])], []);
      for await (const _ of asCompleted([])) assert.fail('not reached');
      await sleep(10);
    }));

  test('refuses what cannot be waited for', () => {
    assert.throws(() => asCompleted([5 as never]), /got 5/);
    assert.throws(() => asCompleted(5 as never), /got 5/);
    assert.throws(() => asCompleted([], { timeout: NaN }), { code: 'ERR_INVALID_ARGUMENT' });
  });
});

suite('asCompleted with `for await`', () => {
  test('gives the futures themselves, done', () =>
    withVirtualTime(async ({ now }) => {
      const tasks = [30, 10, 20].map((ms) => createTask(sleep(ms, ms), { name: `sleep ${ms}` }));
      const seen: [Task<number>, number][] = [];
      for await (const task of asCompleted(tasks)) {
        assert.equal(task.done(), true);
        seen.push([task, now()]);
      }
      assert.deepEqual(
        seen.map(([task, at]) => [task.name, task.result(), at]),
        [
          ['sleep 10', 10, 10],
          ['sleep 20', 20, 20],
          ['sleep 30', 30, 30],
        ],
      );
      assert.deepEqual(new Set(seen.map(([task]) => task)), new Set(tasks));
    }));

  test('what is no future becomes a task; a failure is in it, and does not end the loop', () =>
    withVirtualTime(async () => {
      const outcomes: unknown[] = [];
      const failing = async (): Promise<never> => {
        throw new RangeError('failed');
      };
      for await (const future of asCompleted<string>([failing(), sleep(5, 'slept')])) {
        assert.ok(future instanceof Future);
        outcomes.push(future.exception() ?? future.result());
      }
      assert.match((outcomes[0] as Error).message, /failed/);
      assert.equal(outcomes[1], 'slept');
    }));

  test('may be left and begun again', () =>
    withVirtualTime(async () => {
      const seen: number[] = [];
      const results = asCompleted([30, 10, 20].map((ms) => createTask(sleep(ms, ms))));
      for await (const task of results) {
        seen.push(task.result());
        break;
      }
      for await (const task of results) seen.push(task.result());
      assert.deepEqual(seen, [10, 20, 30]);
    }));

  test('raises TimeoutError when the time is over', () =>
    withVirtualTime(async ({ loop, now }) => {
      const timers = loop.timerCount;
      const tasks = [createTask(sleep(10, 'a')), createTask(sleep(1000, 'b'))];
      const seen: string[] = [];
      const loopOver = async (): Promise<void> => {
        for await (const task of asCompleted(tasks, { timeout: 100 })) seen.push(task.result());
      };
      await rejects(loopOver(), TimeoutError);
      assert.deepEqual(seen, ['a']);
      assert.equal(now(), 100);
      for await (const task of asCompleted([sleep(1)], { timeout: 5000 })) task.result();
      await Promise.all(tasks);
      assert.equal(loop.timerCount, timers);
    }));

  test('cancelled, it cancels nothing', () =>
    withVirtualTime(async () => {
      const inner = createTask(sleep(20, 'inner'));
      const task = createTask(async () => {
        for await (const _ of asCompleted([inner])) assert.fail('not reached');
      });
      await sleep(5);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(await inner, 'inner');
    }));
});
