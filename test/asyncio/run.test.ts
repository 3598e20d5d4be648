import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  allTasks,
  coroutine,
  createTask,
  currentTask,
  EventLoop,
  getEventLoop,
  getRunningLoop,
  InvalidStateError,
  newEventLoop,
  run,
  setEventLoop,
  sleep,
  type Task,
  wait,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

suite('run', () => {
  test('gives the result of a coroutine, of an async function, or the error', () =>
    withVirtualTime(async () => {
      const main = coroutine(function* () {
        yield* sleep(5);
        return 'coroutine';
      });
      assert.equal(await run(main()), 'coroutine');
      assert.equal(await run(async () => 'async function'), 'async function');
      await assert.rejects(
        run(async () => {
          throw new RangeError('of main');
        }),
        /of main/,
      );
    }));

  test('cancels what its tasks have started and not finished, and waits for them to tidy up', () =>
    withVirtualTime(async ({ now }) => {
      const events: unknown[] = [];
      const child = (name: string, then?: () => unknown) =>
        createTask(async () => {
          then?.();
          try {
            await sleep(1000);
          } finally {
            await sleep(5);
            events.push(`${name} tidied up at ${now()}`);
          }
        });
      const result = await run(async () => {
        child('child', () => child('grandchild'));
        await sleep(10);
        return 'main';
      });
      events.push(result);
      assert.deepEqual(events, ['child tidied up at 15', 'grandchild tidied up at 15', 'main']);
      assert.equal(allTasks().size, 0);
    }));

  test('leaves tasks that were started elsewhere alone', () =>
    withVirtualTime(async () => {
      const other = createTask(async () => {
        await sleep(50);
        return 'other';
      });
      await run(async () => sleep(10));
      assert.equal(await other, 'other');
    }));

  test('two of them may be under way side by side, as in a server', () =>
    withVirtualTime(async ({ now }) => {
      const request = (ms: number) => run(async () => sleep(ms, ms));
      assert.deepEqual(await Promise.all([request(10), request(20)]), [10, 20]);
      assert.equal(now(), 20);
    }));

  test('but not one inside the other', () =>
    withVirtualTime(async () => {
      await assert.rejects(
        run(async () => run(async () => 'inner')),
        (error) => error instanceof InvalidStateError && /inside a task/.test(error.message),
      );
    }));
});

suite('the event loop object', () => {
  test('runUntilComplete gives the result, and may be used again until the loop is closed', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      assert.equal(await loop.runUntilComplete(sleep(5, 'one')), 'one');
      assert.equal(await loop.runUntilComplete(async () => loop.isRunning()), true);
      assert.equal(loop.isRunning(), false);
      loop.close();
      loop.close();
      assert.equal(loop.isClosed(), true);
      await assert.rejects(loop.runUntilComplete(sleep(1)), /closed/);
      assert.throws(() => loop.callSoon(() => 1), /closed/);
      assert.throws(() => loop.createTask(async () => 1), /closed/);
    }));

  test('runUntilComplete over `wait` is how asyncio programs used to begin', () =>
    withVirtualTime(async ({ now }) => {
      const events: string[] = [];
      const hello = coroutine(function* (name: string) {
        events.push(`hello ${name}`);
        yield* sleep(1000);
        events.push(`again ${name}`);
      });
      const loop = newEventLoop();
      await loop.runUntilComplete(wait([hello('a'), hello('b')]));
      loop.close();
      assert.deepEqual(events, ['hello a', 'hello b', 'again a', 'again b']);
      assert.equal(now(), 1000);
    }));

  test('a loop that is running cannot be run or closed', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      const running = loop.runUntilComplete(sleep(10));
      await assert.rejects(loop.runUntilComplete(sleep(1)), /already running/);
      assert.throws(() => loop.close(), /running/);
      await running;
    }));

  test('stop ends runForever, and runUntilComplete with an error', () =>
    withVirtualTime(async ({ now }) => {
      const loop = newEventLoop();
      loop.callLater(20, () => loop.stop());
      await loop.runForever();
      assert.equal(now(), 20);
      loop.callSoon(() => loop.stop());
      await assert.rejects(loop.runUntilComplete(sleep(10)), /stopped before the future was done/);
    }));

  test('getRunningLoop is for code that runs in a loop; getEventLoop makes one', () =>
    withVirtualTime(async () => {
      setEventLoop(undefined);
      assert.throws(() => getRunningLoop(), /No event loop is running/);
      const loop = getEventLoop();
      assert.ok(loop instanceof EventLoop);
      assert.equal(getEventLoop(), loop);
      const seen = await loop.runUntilComplete(async () => [getRunningLoop(), getEventLoop()]);
      assert.deepEqual(seen, [loop, loop]);
      const mine = newEventLoop();
      setEventLoop(mine);
      assert.equal(getEventLoop(), mine);
      setEventLoop(undefined);
      assert.throws(() => setEventLoop(5 as never), /got 5/);
    }));

  test('createTask names the task and runs it on the loop', () =>
    withVirtualTime(async ({ loop: threadLoop }) => {
      const loop = newEventLoop();
      const task: Task<string | undefined> = loop.createTask(async () => currentTask()?.name, {
        name: 'mine',
      });
      assert.equal(task.loop, threadLoop);
      assert.equal(await task, 'mine');
      const future = loop.createFuture<number>();
      loop.callSoon((value: number) => future.setResult(value), 5);
      assert.equal(await future, 5);
    }));
});
