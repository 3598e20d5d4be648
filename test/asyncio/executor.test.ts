import type { Future } from '../../src/future/future.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  CancelledError,
  coroutine,
  createTask,
  getRunningLoop,
  newEventLoop,
  run,
  ThreadExecutor,
  threadModule,
  toThread,
} from '../../src/public/asyncio.ts';
import { InvalidArgumentError, InvalidStateError, main, wait } from '../../src/public/index.ts';
import { rejects } from '../task/rejects.ts';
import type * as Work from './thread-work.ts';
import { stackInfo } from '../../src/stack/engine.ts';

const url = new URL('./thread-work.ts', import.meta.url);
const work = threadModule<typeof Work>(url);

const newFields = () => new Int32Array(new SharedArrayBuffer(8));

/** Waits until `count` calls of `block` have begun. */
async function begun(fields: Int32Array, count: number): Promise<void> {
  for (;;) {
    const now = Atomics.load(fields, 0);
    if (now >= count) return;
    await Atomics.waitAsync(fields, 0, now).value;
  }
}

function release(fields: Int32Array): void {
  Atomics.store(fields, 1, 1);
  Atomics.notify(fields, 1);
}

suite('toThread', () => {
  test('calls a function of a module on another thread, with the types of that', () =>
    run(async () => {
      const sum: number = await toThread(work, 'add', 1, 2);
      assert.equal(sum, 3);
      const [isMainThread, id]: [boolean, number] = await toThread(work, 'where');
      assert.equal(isMainThread, false);
      assert.notEqual(id, 0);
      assert.equal(await toThread<number>(url, 'add', 20, 22), 42);
      assert.equal(await toThread<number>(url.href, 'add', 1, 1), 2);
      // @ts-expect-error: one argument is missing
      void toThread(work, 'add', 1).catch(() => undefined);
      // @ts-expect-error: there is no such function
      await rejects(toThread(work, 'subtract', 1, 2));
    }));

  test('is waited for in coroutines, too', () =>
    run(
      coroutine(function* () {
        assert.equal(yield* toThread(work, 'add', 1, 2), 3);
      })(),
    ));

  test(
    'is waited for in greenlets, too',
    { skip: stackInfo().backend === 'off' ? 'needs stacks' : false },
    () =>
      main(() => {
        assert.equal(wait(toThread(work, 'add', 1, 2)), 3);
      }),
  );

  test('brings errors back, with their message, cause and properties', () =>
    run(async () => {
      await rejects(toThread(work, 'fail', 5), (error) => {
        const { name, message, code, limit, cause, stack } = error as any;
        assert.deepEqual(
          [error instanceof RangeError, name, message, code, limit, cause.message],
          [true, 'QuotaError', 'more than 5', 'ERR_QUOTA', 5, 'the cause'],
        );
        return /thread-work\.ts/.test(stack);
      });
      await rejects(toThread(work, 'failWith', 'a string'), (error) => error === 'a string');
      await rejects(toThread(work, 'failWith', undefined), (error) => error === undefined);
      await rejects(
        toThread(work, 'failBadly'),
        /A value that cannot be cloned was thrown: \(\) => 1/,
      );
    }));

  test('says what is wrong with a module, a function, an argument or a result', () =>
    run(async () => {
      await rejects(
        toThread('./work.js', 'add'),
        (error) =>
          error instanceof InvalidArgumentError &&
          error.message ===
            'Expected the URL of a module, such as `new URL(\'./work.js\', import.meta.url)`, got "./work.js"',
      );
      await rejects(toThread(new URL('./missing.ts', url), 'add'), /missing\.ts/);
      await rejects(
        toThread((() => 1) as never, 'add'),
        /got an anonymous function; functions cannot travel to another thread/,
      );
      await rejects(
        toThread(url, 'notAFunction'),
        /to be a function that file:.*thread-work\.ts exports, got 5/,
      );
      await rejects(
        toThread(url, 'add', () => 1),
        /could not be cloned/,
      );
      await rejects(toThread(url, 'giveFunction'), /could not be cloned/);
    }));

  test('does not begin before it is waited for', () =>
    run(async () => {
      const fields = newFields();
      const call = toThread(work, 'block', fields);
      await toThread(work, 'add', 1, 1);
      assert.equal(fields[0], 0);
      release(fields);
      assert.equal(await call, 'released');
    }));

  test('ends a call in the middle, with its thread, when the task is cancelled', () =>
    run(async () => {
      const fields = newFields();
      const task = createTask(async () => toThread(work, 'block', fields));
      await begun(fields, 1);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(await toThread(work, 'add', 1, 2), 3);
    }));

  test('and when a signal is aborted, whose reason is raised', () =>
    run(async () => {
      const fields = newFields();
      const controller = new AbortController();
      const { signal } = controller;
      const task = createTask(async () => toThread(work, 'block', fields, { signal }));
      await begun(fields, 1);
      controller.abort(new Error('enough'));
      await rejects(task, /enough/);
      await rejects(toThread(work, 'add', 1, 2, { signal }), /enough/);
    }));
});

suite('an executor of threads', () => {
  test('runs as many calls at once as it has threads, and the rest after them', () =>
    run(async () => {
      const executor = new ThreadExecutor({ maxWorkers: 2 });
      const loop = getRunningLoop();
      const fields = newFields();
      const calls = [1, 2, 3].map(() => loop.runInExecutor(executor, url, 'block', fields));
      await begun(fields, 2);
      assert.equal(fields[0], 2);
      // One that has not begun is taken out of the line.
      assert.equal(calls[2]!.cancel(), true);
      release(fields);
      assert.deepEqual(await Promise.allSettled(calls.slice(0, 2)), [
        { status: 'fulfilled', value: 'released' },
        { status: 'fulfilled', value: 'released' },
      ]);
      assert.equal(fields[0], 2);
      await executor.shutdown();
      assert.throws(
        () => executor.submit(url.href, 'add', []),
        (error) => error instanceof InvalidStateError && /shut down/.test(error.message),
      );
    }));

  test('starts a call that is queued behind one that is cancelled', () =>
    run(async () => {
      const executor = new ThreadExecutor({ maxWorkers: 1 });
      const loop = getRunningLoop();
      const fields = new Int32Array(new SharedArrayBuffer(8));
      const first = loop.runInExecutor(executor, url, 'block', fields);
      const second = loop.runInExecutor<number>(executor, url, 'add', 1, 2);
      const third = loop.runInExecutor<number>(executor, url, 'add', 3, 4);
      await begun(fields, 1);
      second.cancel();
      first.cancel();
      assert.equal(await third, 7);
      await executor.shutdown();
    }));

  test('fails a call that calls process.exit(), and goes on', () =>
    run(async () => {
      const executor = new ThreadExecutor({ maxWorkers: 1 });
      const call = (name: string): Future => getRunningLoop().runInExecutor(executor, url, name, 3);
      for (const name of ['exit', 'exitLater'])
        await rejects(call(name), {
          name: 'ThreadExitError',
          code: 'ERR_THREAD_EXIT',
          exitCode: 3,
        });
      assert.equal(await getRunningLoop().runInExecutor(executor, url, 'add', 1, 2), 3);
      await executor.shutdown();
    }));

  test('no longer waits for its calls when a signal is aborted, and takes no more', () =>
    run(async () => {
      const executor = new ThreadExecutor({ maxWorkers: 1 });
      const fields = newFields();
      const call = getRunningLoop().runInExecutor(executor, url, 'block', fields);
      await begun(fields, 1);
      const controller = new AbortController();
      const ended = executor.shutdown({ signal: controller.signal });
      controller.abort(new Error('enough'));
      await rejects(ended, /enough/);
      assert.throws(() => executor.submit(url.href, 'add', []), /shut down/);
      release(fields);
      assert.equal(await call, 'released');
      await rejects(executor.shutdown({ signal: 5 as never }), /to be an AbortSignal, got 5/);
      await executor.shutdown();
    }));

  test('keeps a thread without work for longer than a timer of Node takes', () =>
    run(async () => {
      const warnings: Error[] = [];
      const note = (warning: Error): unknown => warnings.push(warning);
      process.on('warning', note);
      const executor = new ThreadExecutor({ maxWorkers: 1, idleTimeout: 2 ** 31 });
      await executor.submit(url.href, 'add', [1, 2]);
      // The pool sets its timer after the result; Node warns of a time that it takes for 1 ms.
      await new Promise((resolve) => setImmediate(resolve));
      await executor.shutdown();
      process.off('warning', note);
      assert.deepEqual(warnings, []);
    }));

  test('checks its options', () => {
    assert.throws(
      () => new ThreadExecutor({ maxWorkers: 0 }),
      /`maxWorkers` to be a whole number from 1/,
    );
    assert.throws(() => new ThreadExecutor({ idleTimeout: -1 }), /`idleTimeout`/);
    const loop = newEventLoop();
    assert.throws(
      () => loop.setDefaultExecutor(5 as never),
      /to be an Executor, such as .*, got 5/,
    );
  });

  test('that is the default one is shut down with the event loop, once its calls are done', async () => {
    const executor = new ThreadExecutor({ maxWorkers: 1 });
    const fields = newFields();
    const call = await run(async () => {
      const loop = getRunningLoop();
      loop.setDefaultExecutor(executor);
      const future = loop.runInExecutor<string>(undefined, url, 'block', fields);
      await begun(fields, 1);
      setImmediate(release, fields);
      return { future };
    });
    assert.equal(call.future.result(), 'released');
    assert.throws(() => executor.submit(url.href, 'add', []), /shut down/);
  });

  test('takes no more calls by default then, and ends those that take too long', async () => {
    const loop = newEventLoop();
    const fields = newFields();
    const future = loop.runInExecutor(undefined, url, 'block', fields);
    await begun(fields, 1);
    await loop.shutdownDefaultExecutor(1);
    assert.equal(future.cancelled(), true);
    assert.throws(() => loop.runInExecutor(undefined, url, 'add'), /default executor is shut down/);
    loop.close();
  });
});
