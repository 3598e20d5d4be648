import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { coroutine, createTask, currentTask, sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { BadYieldError } from '../../src/task/bad-yield.ts';
import { isAwaitable } from '../../src/task/body.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

const nap = coroutine(function* (ms: number) {
  yield* sleep(ms);
  return `slept ${ms}`;
});

suite('a coroutine in an async function', () => {
  test('runs when it is awaited, and not before', () =>
    withVirtualTime(async (time) => {
      const napping = nap(5);
      assert.equal(napping.state, 'created');
      await sleep(1);
      const result: string = await napping;
      assert.deepEqual([result, time.now()], ['slept 5', 6]);
    }));

  test('takes no turn of its own', () =>
    withVirtualTime(async () => {
      const order: string[] = [];
      const nothing = coroutine(function* () {
        order.push('inside');
      });
      const other = createTask(async () => order.push('another task'));
      await nothing();
      order.push('after it');
      await other;
      assert.deepEqual(order, ['inside', 'after it', 'another task']);
    }));

  test('is cancelled with the task, and cleans up first', () =>
    withVirtualTime(async () => {
      const order: string[] = [];
      const careful = coroutine(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(0);
          order.push('cleaned up');
        }
      });
      const task = createTask(async () => {
        try {
          await careful();
        } finally {
          order.push('left');
        }
      });
      await sleep(1);
      task.cancel();
      await assert.rejects(task.then(), CancelledError);
      assert.deepEqual(order, ['cleaned up', 'left']);
    }));

  test('bears the name of the task it runs in', () =>
    withVirtualTime(async () => {
      const name = coroutine(function* () {
        yield* sleep(1);
        return currentTask()?.name;
      });
      assert.equal(await createTask(async () => await name(), { name: 'outer' }), 'outer');
    }));

  test('is awaited once: a second time is an error and harms nobody', () =>
    withVirtualTime(async (time) => {
      const napping = nap(5);
      const first = createTask(async () => await napping);
      await sleep(1);
      const again = { name: 'InvalidStateError', message: /twice/ };
      await assert.rejects(async () => await napping, again);
      assert.equal(await first, 'slept 5');
      assert.equal(time.now(), 5);
      await assert.rejects(async () => await napping, again);
    }));

  test('is still no future: a plain `yield` of it says what to write', () =>
    withVirtualTime(async () => {
      const wrong = coroutine(function* () {
        yield nap(1);
      });
      assert.equal(isAwaitable(nap(1)), true);
      await assert.rejects(
        createTask(wrong()).then(),
        (error) => error instanceof BadYieldError && /write `yield\*`/.test(error.message),
      );
    }));
});
