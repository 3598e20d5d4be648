import assert from 'node:assert/strict';
import { suite } from 'node:test';

import { Future } from '../../src/future/future.ts';
import type { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { iwait } from '../../src/hub/iwait.ts';
import { joinAll } from '../../src/hub/join.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { greenletTest, quietly } from './greenlet-test.ts';

function sleepers(...times: number[]): GreenletTask<number>[] {
  return times.map((ms) =>
    spawn(() => {
      sleep(ms);
      return ms;
    }),
  );
}

function failing(ms: number): GreenletTask<never> {
  return quietly(() => {
    sleep(ms);
    throw new Error(`failed after ${ms}`);
  });
}

suite('joinAll', () => {
  greenletTest('counts one that is listed twice once', () => {
    const [a, b] = sleepers(1, 2) as [GreenletTask, GreenletTask];
    assert.deepEqual(joinAll([a, b, a, a]), [a, b]);
  });

  greenletTest('with count returns when so many have ended', (time) => {
    const tasks = sleepers(30, 10, 20);
    assert.deepEqual(joinAll(tasks, { count: 2 }), [tasks[1], tasks[2]]);
    assert.equal(time.now(), 20);
    assert.deepEqual(joinAll(tasks, { count: 0 }), [tasks[1], tasks[2]]);
    joinAll(tasks, { count: 99 });
    assert.equal(time.now(), 30);
  });

  greenletTest(
    'with raiseError throws the error of the first to fail in time, as soon as it does',
    (time) => {
      const tasks = [...sleepers(5), failing(40), failing(10), ...sleepers(100)];
      assert.throws(() => joinAll(tasks, { raiseError: true }), { message: 'failed after 10' });
      assert.equal(time.now(), 10);
    },
  );

  greenletTest('without it keeps errors for get', () => {
    const task = failing(1);
    assert.deepEqual(joinAll([task]), [task]);
  });

  greenletTest('waits for other futures, too', (time) => {
    const future = new Future<string>();
    time.loop.callLater(7, () => future.setResult('set'));
    assert.deepEqual(joinAll([future, ...sleepers(3)]).length, 2);
    assert.equal(time.now(), 7);
  });

  greenletTest('gives up with the reason of its signal, and leaves nothing behind', (time) => {
    const controller = new AbortController();
    time.loop.callLater(5, () => controller.abort(new RangeError('aborted')));
    const timers = time.loop.timerCount;
    const tasks = sleepers(50, 60);
    for (const options of [{}, { count: 1 }, { raiseError: true }]) {
      assert.throws(() => joinAll(tasks, { ...options, signal: controller.signal }), RangeError);
    }
    assert.equal(time.now(), 5);
    joinAll(tasks);
    assert.equal(time.loop.timerCount, timers - 1);
  });

  greenletTest('the timeout of an outer wait is not taken for its own', () => {
    const [task] = sleepers(100) as [GreenletTask];
    function* outer(): Generator<Future | undefined, string, unknown> {
      yield undefined;
      joinAll([task], { timeout: 50 });
      return 'inner';
    }
    assert.throws(() => wait(outer() as never, { timeout: 10 }), { code: 'ERR_TIMEOUT' });
  });

  greenletTest('of none returns at once', () => {
    assert.deepEqual(joinAll([]), []);
    assert.deepEqual(joinAll([], { count: 3, raiseError: true, timeout: 5 }), []);
  });
});

suite('iwait', () => {
  greenletTest('yields in the order of the ends', (time) => {
    const tasks = sleepers(30, 10, 20);
    const log: string[] = [];
    for (const task of iwait(tasks)) log.push(`${task.get()}@${time.now()}`);
    assert.deepEqual(log, ['10@10', '20@20', '30@30']);
  });

  greenletTest('those that have ended come first, in the order of the list', () => {
    const tasks = sleepers(2, 1, 3);
    joinAll(tasks);
    assert.deepEqual([...iwait(tasks)], tasks);
  });

  greenletTest('stops after count, and when the time is up', (time) => {
    const tasks = sleepers(30, 10, 20);
    assert.deepEqual([...iwait(tasks, { count: 1 })], [tasks[1]]);
    assert.equal(time.now(), 10);
    assert.deepEqual([...iwait(tasks, { timeout: 15 })], [tasks[1], tasks[2]]);
    assert.equal(time.now(), 25);
  });

  greenletTest('what the body takes counts towards the timeout', (time) => {
    const tasks = sleepers(5, 10, 40);
    const seen: unknown[] = [];
    for (const task of iwait(tasks, { timeout: 30 })) {
      seen.push(task);
      sleep(20);
    }
    assert.deepEqual(seen, [tasks[0], tasks[1]]);
    assert.equal(time.now(), 45);
  });

  greenletTest('leaving the loop takes the waits back', () => {
    const tasks = sleepers(1, 2);
    for (const task of iwait(tasks)) {
      assert.equal(task, tasks[0]);
      break;
    }
    assert.equal(tasks[1]!.get(), 2);
    sleep(5);
  });
});
