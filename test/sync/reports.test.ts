import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { Barrier, Condition, Event, Lock, Queue, Semaphore } from '../../src/public/sync.ts';
import type { Operation } from '../../src/task/operation/operation.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

suite('a report', () => {
  test('says what is waited for', () =>
    withVirtualTime(async () => {
      const lock = new Lock();
      await lock.acquire();
      const condition = new Condition();
      await condition.acquire();
      const full = new Queue<number>(1);
      full.putNowait(1);
      const waits: (() => Operation<unknown>)[] = [
        () => lock.acquire(),
        () => new Event().wait(),
        () => condition.wait(),
        () => new Semaphore(0).acquire(),
        () => new Barrier(2).wait(),
        () => new Queue().get(),
        () => full.put(2),
        () => full.join(),
      ];
      const tasks = waits.map((wait) => new Task(() => wait()));
      await new Task(function* () {
        yield;
      });
      const reasons = tasks.map((task) => task.waitingFor?.waitReason);
      for (const task of tasks) task.cancel();
      await Promise.allSettled(tasks);
      assert.deepEqual(reasons, [
        'a lock',
        'an event',
        'a condition',
        'a semaphore',
        'the others at a barrier',
        'an item of a queue',
        'a place in a queue',
        'the end of all work on a queue',
      ]);
    }));
});
