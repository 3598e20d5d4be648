import { AsyncLocalStorage } from 'node:async_hooks';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  Context,
  ContextVar,
  coroutine,
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
  type ExceptionContext,
  Future,
  getRunningLoop,
  newEventLoop,
  run,
  sleep,
  Task,
  type TaskFactory,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

suite('a callback of an event loop', () => {
  test('runs in the next turn, or at its time, with its arguments, in order', () =>
    withVirtualTime(async ({ now }) => {
      const loop = newEventLoop();
      const events: unknown[] = [];
      const note = (...args: unknown[]): void => void events.push([now(), ...args]);
      loop.callLater(20, note, 'later', 1);
      loop.callAt(loop.time() + 10, note, 'at');
      loop.callSoon(note, 'soon', 1, 2);
      loop.callSoon(note);
      const cancelled = loop.callSoon(note, 'cancelled');
      const cancelledTimer = loop.callLater(5, note, 'cancelled');
      cancelled.cancel();
      cancelledTimer.cancel();
      assert.deepEqual([cancelled.cancelled, cancelledTimer.cancelled], [true, true]);
      await sleep(30);
      assert.deepEqual(events, [[0, 'soon', 1, 2], [0], [10, 'at'], [20, 'later', 1]]);
    }));

  test('runs in a copy of the context in which it was scheduled, or in the one given', () =>
    withVirtualTime(async () => {
      const user = new ContextVar<string>('user', { default: 'nobody' });
      const loop = newEventLoop();
      const seen: unknown[] = [];
      const note = (): void => {
        seen.push([user.get(), currentTask()]);
        user.set('callback');
      };
      const given = new Context();
      given.run(() => user.set('given'));
      const handles = await createTask(async () => {
        user.set('task');
        const made = [
          loop.callSoon(note),
          loop.callLater(1, note),
          loop.callSoon(note, { context: given }),
          loop.callLater(2, note, { context: given }),
          loop.callAt(loop.time() + 3, note, { context: given }),
        ];
        await sleep(10);
        seen.push(user.get());
        return made;
      });
      assert.deepEqual(seen, [
        ['task', undefined],
        ['given', undefined],
        ['task', undefined],
        ['callback', undefined],
        ['callback', undefined],
        'task',
      ]);
      assert.equal(handles[2]!.context, given);
      assert.equal(user.get(), 'nobody');
    }));

  test('sees AsyncLocalStorage as it was when it was scheduled', () =>
    withVirtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      const loop = newEventLoop();
      const seen: unknown[] = [];
      storage.run('scheduler', () => loop.callSoon(() => seen.push(storage.getStore())));
      loop.callSoon(() => seen.push(storage.getStore()));
      await sleep(1);
      assert.deepEqual(seen, ['scheduler', undefined]);
    }));

  test('cannot be a generator function, whose call would do nothing', () => {
    const loop = newEventLoop();
    assert.throws(
      () => loop.callSoon(function* hello() {}),
      /Expected a plain function to call, got function hello, which would return a coroutine that nobody runs; use `createTask`/,
    );
    assert.throws(
      () =>
        loop.callLater(
          1,
          coroutine(function* () {}),
        ),
      /use `createTask`/,
    );
    assert.throws(() => loop.callAt(1, 5 as never), /Expected `fn` to be a function, got 5/);
    assert.throws(() => loop.callLater(NaN, () => 1), /Expected `ms` to be a number/);
  });
});

suite('the exception handler of an event loop', () => {
  const failure = new RangeError('of the callback');
  const fail = function tick(): void {
    throw failure;
  };

  test('hears what callbacks throw, those of futures too, and the loop goes on', () =>
    withVirtualTime(async () => {
      const reports: unknown[] = [];
      const events: string[] = [];
      await run(async () => {
        const loop = getRunningLoop();
        loop.setExceptionHandler((on, context) => {
          reports.push([on === loop, context.message, context.exception]);
        });
        loop.callSoon(fail);
        loop.callLater(1, fail);
        loop.callSoon(() => events.push('the next callback'));
        const future = new Future<void>();
        future.addDoneCallback(fail);
        future.setResult();
        await sleep(5);
      });
      assert.deepEqual(reports, [
        [true, 'Exception in callback tick', failure],
        [true, 'Exception in callback', failure],
        [true, 'Exception in callback tick', failure],
      ]);
      assert.deepEqual(events, ['the next callback']);
    }));

  test('by default prints a report', (context) => {
    const printed = context.mock.method(console, 'error', () => undefined);
    const loop = newEventLoop();
    assert.equal(loop.getExceptionHandler(), undefined);
    const error = new RangeError('of mine');
    error.stack = 'RangeError: of mine\n    at here (file.ts:1:2)';
    loop.callExceptionHandler({
      message: 'Something happened',
      exception: error,
      future: new Future(),
      color: 'red',
    });
    loop.callExceptionHandler({ message: 'Nothing was thrown' });
    loop.callExceptionHandler({ message: 'A string was', exception: 'thrown' });
    assert.deepEqual(
      printed.mock.calls.map(({ arguments: args }) => args),
      [
        [
          'Something happened\n  future: Future\n  color: red\nRangeError: of mine\n    at here (file.ts:1:2)',
        ],
        ['Nothing was thrown'],
        ['A string was\nThrown: thrown'],
      ],
    );
  });

  test("that fails itself is reported with the default one, and is nobody's ruin", (context) => {
    const printed = context.mock.method(console, 'error', () => undefined);
    const loop = newEventLoop();
    const error = new RangeError('of the handler');
    error.stack = 'RangeError: of the handler';
    loop.setExceptionHandler(() => {
      throw error;
    });
    loop.callExceptionHandler({ message: 'Something happened' });
    assert.deepEqual(
      printed.mock.calls.map(({ arguments: args }) => args),
      [
        [
          'Unhandled error in exception handler\n  context: Something happened\nRangeError: of the handler',
        ],
      ],
    );
    loop.setExceptionHandler(undefined);
    assert.throws(() => loop.setExceptionHandler(5 as never), /`handler` to be a function, got 5/);
  });

  test('may hand on to the default one', (context) => {
    const printed = context.mock.method(console, 'error', () => undefined);
    const loop = newEventLoop();
    const heard: ExceptionContext[] = [];
    loop.setExceptionHandler((on, report) => {
      heard.push(report);
      on.defaultExceptionHandler(report);
    });
    loop.callExceptionHandler({ message: 'Something happened' });
    assert.deepEqual(heard, [{ message: 'Something happened' }]);
    assert.equal(printed.mock.callCount(), 1);
  });

  test('without one, a test in virtual time fails with what a callback throws', async () => {
    const broken = withVirtualTime(() =>
      run(async () => {
        getRunningLoop().callSoon(fail);
        await sleep(5);
      }),
    );
    await assert.rejects(broken, failure);
  });
});

suite('a task factory', () => {
  test('makes the tasks of its event loop, and of createTask in there', () =>
    withVirtualTime(async () => {
      class Named extends Task<any> {}
      const made: unknown[] = [];
      const factory: TaskFactory = (loop, body, options) => {
        made.push([loop.isRunning(), options.name]);
        return new Named(body, options);
      };
      await run(async () => {
        const loop = getRunningLoop();
        loop.setTaskFactory(factory);
        assert.equal(loop.getTaskFactory(), factory);
        const one = loop.createTask(async () => 1, { name: 'one' });
        const two = createTask(async () => 2, { name: 'two' });
        assert.ok(one instanceof Named && two instanceof Named);
        assert.deepEqual([await one, await two], [1, 2]);
        loop.setTaskFactory(undefined);
        assert.ok(!(createTask(async () => 3) instanceof Named));
        assert.throws(() => loop.setTaskFactory(5 as never), /`factory` to be a function, got 5/);
      });
      assert.deepEqual(made, [
        [true, 'one'],
        [true, 'two'],
      ]);
    }));

  test('that is eager runs a task to where it first waits, as the current task', () =>
    withVirtualTime(async () => {
      const events: unknown[] = [];
      await run(async () => {
        getRunningLoop().setTaskFactory(eagerTaskFactory);
        const outer = currentTask();
        const done = createTask(
          async () => {
            events.push(currentTask()?.name);
            return 'at once';
          },
          { name: 'eager' },
        );
        events.push(currentTask() === outer, done.done());
        const generator = createTask(function* () {
          events.push('begins');
          yield* sleep(1);
          events.push('goes on');
        });
        events.push('made', generator.done());
        const lazy = createTask(async () => events.push('lazy'), { eagerStart: false });
        events.push(lazy.done());
        events.push(await done);
        await generator;
      });
      assert.deepEqual(events, [
        'eager',
        true,
        false,
        'begins',
        'made',
        false,
        false,
        'at once',
        'lazy',
        'goes on',
      ]);
    }));

  test('an eager generator that does not wait is done at once; an async function at the next promise job', () =>
    withVirtualTime(async () => {
      await run(async () => {
        class Mine extends Task<any> {}
        getRunningLoop().setTaskFactory(createEagerTaskFactory(Mine));
        const generator = createTask(function* () {
          return 'done';
        });
        assert.ok(generator instanceof Mine && generator.done());
        const asyncFunction = createTask(async () => 'done');
        assert.equal(asyncFunction.done(), false);
        await null;
        await null;
        assert.equal(asyncFunction.done(), true);
      });
    }));

  test('what an eager task starts belongs to its event loop as well', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      loop.setTaskFactory(eagerTaskFactory);
      const seen: unknown[] = [];
      await loop.createTask(function* () {
        seen.push(createTask(() => seen.push('eager, too')).done());
      });
      assert.deepEqual(seen, ['eager, too', true]);
    }));
});
