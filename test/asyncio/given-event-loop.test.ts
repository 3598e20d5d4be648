import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { allTasks } from '../../src/asyncio/all-tasks.ts';
import { createTask, EventLoop, Future, sleep, Task } from '../../src/public/asyncio.ts';
import { isFuture } from '../../src/future/is-future.ts';
import { getLoop } from '../../src/public/loop.ts';
import { allTasks as allTasksOfThread } from '../../src/task/all-tasks.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

const names = (tasks: Set<Task>): string[] => Array.from(tasks, ({ name }) => name);

suite('an EventLoop in place of the loop that it stands on', () => {
  test('makes a future of that loop, which wakes who waits', () =>
    withVirtualTime(async ({ loop }) => {
      const eventLoop = new EventLoop();
      const future = new Future<string>(eventLoop);
      assert.equal(future.loop, loop);
      eventLoop.callLater(5, () => future.setResult('woken'));
      assert.equal(await future, 'woken');
    }));

  test('makes a task of that loop', () =>
    withVirtualTime(async ({ loop, now }) => {
      const options = { loop: new EventLoop() };
      const task = new Task(function* () {
        yield* sleep(5);
        return 'slept';
      }, options);
      assert.equal(task.loop, loop);
      assert.equal(await task, 'slept');
      assert.equal(await new Task(async () => await sleep(5, 'again'), options), 'again');
      assert.equal(now(), 10);
    }));
});

suite('allTasks', () => {
  test('of an EventLoop are those it runs and what they start, and of none those of the thread', () =>
    withVirtualTime(async ({ loop }) => {
      const [one, other] = [new EventLoop(), new EventLoop()];
      const seen: Record<string, string[]> = {};
      const child = (name: string): Task<void> => createTask(() => sleep(5), { name });
      const stray = child('stray');
      const main = one.createTask(
        async () => {
          const left = child('child');
          await sleep(1);
          seen['one'] = names(allTasks(one));
          seen['other'] = names(allTasks(other));
          seen['thread'] = names(allTasks());
          seen['loop'] = names(allTasks(loop));
          seen['below'] = names(allTasksOfThread(one));
          await left;
        },
        { name: 'main' },
      );
      const another = other.createTask(() => sleep(5), { name: 'another' });
      await Promise.all([main, another, stray]);
      const all = ['stray', 'main', 'another', 'child'];
      assert.deepEqual(seen, {
        one: ['main', 'child'],
        other: ['another'],
        thread: all,
        loop: all,
        below: all,
      });
      assert.deepEqual([allTasks(one), allTasks()], [new Set(), new Set()]);
    }));
});

test('isFuture is true for futures and tasks, and for nothing else that can be waited for', () =>
  withVirtualTime(async () => {
    const task = createTask(() => sleep(1));
    assert.deepEqual([new Future(), Future.resolved(1), task].map(isFuture), [true, true, true]);
    const others = [Promise.resolve(), sleep(0), { then() {} }, getLoop(), Future, null, undefined];
    assert.deepEqual(
      others.filter((other) => isFuture(other)),
      [],
    );
    await task;
  }));
