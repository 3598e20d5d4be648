import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { createTask, gather, run, sleep, timeout } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { coroutine } from '../../src/task/awaitable-coroutine.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

const refused = (why: RegExp) => ({
  name: 'InvalidStateError',
  code: 'ERR_INVALID_STATE',
  message: new RegExp(`^Cannot await coroutine reader twice: ${why.source}; call the function`),
});
const inUse = refused(/it is being awaited, or was begun, already/);
const ended = refused(/it has ended/);

/** A coroutine that notes what happens to it. */
function reader(events: string[]) {
  return coroutine(function* reader() {
    try {
      yield* sleep(5);
      events.push('read');
      yield* sleep(5);
      return 'result';
    } catch (error) {
      events.push(`raised ${String(error)}`);
      throw error;
    } finally {
      events.push('left');
    }
  })();
}

suite('a coroutine that a task has', () => {
  test('is refused to a second task, which fails, and goes on in the first', () =>
    withVirtualTime(async (time) => {
      const events: string[] = [];
      const shared = reader(events);
      const [first, early] = [new Task(shared), new Task(shared)];
      await assert.rejects(early.then(), inUse);
      await sleep(7);
      await assert.rejects(new Task(shared).then(), inUse);
      assert.equal(await first, 'result');
      assert.equal(time.now(), 10);
      assert.deepEqual(events, ['read', 'left']);
    }));

  test('is refused to whoever delegates to it, awaits it, or returns it', () =>
    withVirtualTime(async (time) => {
      const events: string[] = [];
      const shared = reader(events);
      const first = createTask(shared);
      const others = [
        () =>
          createTask(function* () {
            return yield* shared;
          }),
        () => createTask(async () => await shared),
        () => createTask(() => shared),
        () => timeout(100, () => shared),
      ];
      for (const other of others) await assert.rejects(other().then(), inUse);
      await sleep(1);
      for (const other of others) await assert.rejects(other().then(), inUse);
      assert.equal(await first, 'result');
      for (const other of others) await assert.rejects(other().then(), ended);
      assert.equal(time.now(), 10);
      assert.deepEqual(events, ['read', 'left']);
    }));

  test('does not hear of it when the second task is cancelled, before or after that would have begun', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const shared = reader(events);
      const first = new Task(shared);
      const second = new Task(shared);
      second.cancel();
      await assert.rejects(second.then(), CancelledError);
      await sleep(1);
      const third = new Task(shared);
      third.cancel();
      await assert.rejects(third.then(), CancelledError);
      assert.equal(await first, 'result');
      assert.deepEqual(events, ['read', 'left']);
    }));

  test('is had by the task of whoever awaits it, too', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const shared = reader(events);
      const first = createTask(async () => await shared);
      await sleep(1);
      await assert.rejects(new Task(shared).then(), inUse);
      assert.equal(await first, 'result');
      assert.deepEqual(events, ['read', 'left']);
    }));
});

suite('a coroutine given to a task', () => {
  test('fails there if it has ended, in whatever way', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const returned = reader(events);
      await new Task(returned);
      const closed = reader(events);
      closed.close();
      const cancelled = reader(events);
      const task = new Task(cancelled);
      task.cancel();
      await assert.rejects(task.then(), CancelledError);
      for (const one of [returned, closed, cancelled])
        await assert.rejects(new Task(one).then(), ended);
      assert.deepEqual(events, ['read', 'left']);
    }));

  test('fails there if it was begun by hand, and can be driven on by hand', () =>
    withVirtualTime(async () => {
      const begun = coroutine(function* reader() {
        return yield 'first';
      })();
      assert.equal(begun.next(), 'first');
      await assert.rejects(new Task(begun).then(), inUse);
      assert.equal(begun.state, 'suspended');
      assert.throws(() => begun.send('sent'), { name: 'StopIteration', value: 'sent' });
    }));

  test('that it is itself, from inside, fails and leaves it running', () =>
    withVirtualTime(async () => {
      const selfish = coroutine(function* reader(): Generator<unknown, string, unknown> {
        yield* sleep(1);
        const second = new Task(selfish);
        try {
          yield* second;
        } catch (error) {
          return (error as Error).name;
        }
        return 'not reached';
      })();
      assert.equal(await new Task(selfish), 'InvalidStateError');
    }));

  test('can be delegated to before it is done, by those who drive it by hand', () => {
    const numbers = coroutine(function* () {
      yield 1;
      yield 2;
      yield 3;
    })();
    assert.equal(numbers.next(), 1);
    assert.deepEqual(Array.from(numbers), [2, 3]);
  });
});

suite('a generator that a task has', () => {
  function* plain(events: string[]) {
    yield* sleep(5);
    events.push('read');
    return 'result';
  }

  test('is refused to a second one in debug mode, and goes on in the first', () =>
    withVirtualTime(() =>
      run(
        async () => {
          const events: string[] = [];
          const shared = plain(events);
          const [first, second] = [new Task(shared), new Task(shared)];
          const generatorInUse = { ...inUse, message: /^Cannot await coroutine generator twice/ };
          await assert.rejects(second.then(), generatorInUse);
          assert.equal(second.getCoro(), undefined);
          await assert.rejects(createTask(() => shared).then(), generatorInUse);
          assert.equal(await first, 'result');
          await assert.rejects(timeout(1, () => shared).then(), generatorInUse);
          assert.deepEqual(events, ['read']);
          // The same thing, and not a second one.
          const once = plain(events);
          assert.deepEqual(await gather(once, once), ['result', 'result']);
          assert.deepEqual(events, ['read', 'read']);
        },
        { debug: true },
      ),
    ));
});
