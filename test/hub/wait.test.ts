import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { TimeoutError } from '../../src/errors/timeout-error.ts';
import { Future } from '../../src/future/future.ts';
import { BlockingSwitchOutError } from '../../src/hub/blocking-switch-out-error.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { openConnection } from '../../src/io/streams/streams.ts';
import { timeout } from '../../src/scopes/timeout.ts';
import { fromPromise } from '../../src/task/promise-future.ts';
import { Task } from '../../src/task/task.ts';
import { greenletTest } from './greenlet-test.ts';

suite('wait', () => {
  greenletTest('returns the value of a promise', () => {
    assert.equal(wait(Promise.resolve('value')), 'value');
  });

  greenletTest('throws what a promise is rejected with', () => {
    assert.throws(() => wait(Promise.reject(new RangeError('no'))), RangeError);
    assert.throws(
      () => wait(Promise.reject('plain')),
      (thrown) => thrown === 'plain',
    );
  });

  greenletTest('works with anything that has a then', () => {
    const thenable = { then: (ok: (value: number) => void): void => ok(7) };
    assert.equal(wait(thenable as PromiseLike<number>), 7);
  });

  greenletTest('returns the result of a Future, or its error', (time) => {
    const future = new Future<string>();
    time.loop.callLater(5, () => future.setResult('set'));
    assert.equal(wait(future), 'set');
    assert.equal(time.now(), 5);
    assert.equal(wait(future), 'set');
    const failing = new Future<string>();
    time.loop.callLater(5, () => failing.setException(new TypeError('bad')));
    assert.throws(() => wait(failing), TypeError);
  });

  greenletTest('many can wait for one; they wake in the order they came', (time) => {
    const future = new Future<number>();
    const log: number[] = [];
    const tasks = [1, 2, 3].map((n) => spawn(() => log.push(n * wait(future))));
    time.loop.callLater(1, () => future.setResult(10));
    for (const task of tasks) task.join();
    assert.deepEqual(log, [10, 20, 30]);
  });

  greenletTest('gives up after its timeout, and what it waited for goes on', (time) => {
    const future = new Future<string>();
    time.loop.callLater(100, () => future.setResult('late'));
    assert.throws(() => wait(future, { timeout: 10 }), TimeoutError);
    assert.equal(time.now(), 10);
    assert.equal(wait(future), 'late');
    assert.throws(() => wait(new Promise(() => {}), { timeout: 10 }), TimeoutError);
    assert.equal(time.now(), 110);
  });

  greenletTest('a timeout that is not reached leaves no timer behind', (time) => {
    assert.equal(wait(Promise.resolve(1), { timeout: 1000 }), 1);
    sleep(1);
    assert.equal(time.now(), 1);
    assert.equal(time.loop.timerCount, 1); // the one of the test itself
  });

  greenletTest('gives up with the reason of its signal', (time) => {
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    time.loop.callLater(3, () => controller.abort(reason));
    assert.throws(
      () => wait(new Promise(() => {}), { signal: controller.signal }),
      (thrown) => thrown === reason,
    );
    assert.equal(time.now(), 3);
    assert.throws(
      () => wait(Promise.resolve(1), { signal: controller.signal }),
      (thrown) => thrown === reason,
    );
  });

  greenletTest('a promise that settles and a timeout in the same turn resume it once', () => {
    for (let round = 0; round < 50; round++) {
      const task = spawn(() => {
        try {
          return wait(new Promise((resolve) => setImmediate(resolve, 'value')), { timeout: 0 });
        } catch (error) {
          return (error as Error).name;
        }
      });
      assert.match(String(task.get()), /^(value|TimeoutError)$/);
    }
  });

  greenletTest('refuses what is not awaitable', () => {
    assert.throws(() => wait(5 as never), { code: 'ERR_INVALID_ARGUMENT' });
    assert.throws(() => wait(null as never), { code: 'ERR_INVALID_ARGUMENT' });
  });

  test('outside a greenlet it is refused with advice', () => {
    assert.throws(() => wait(Promise.resolve()), BlockingSwitchOutError);
  });
});

suite('main', () => {
  test('is a promise of the result', async () => {
    assert.equal(await main(() => 'result'), 'result');
  });

  test('is rejected with the error', async () => {
    await assert.rejects(
      main(() => {
        throw new RangeError('in main');
      }),
      RangeError,
    );
  });
});

suite('an error that comes out of a wait', () => {
  /** The lines of the program in the stack, after the words that introduce them. */
  const framesOf = (error: unknown): string[] =>
    ((error as Error).stack ?? '')
      .split('  waited for:\n')
      .slice(1)
      .flatMap((lines) => lines.split('\n'))
      .map((line) => /at (?:async )?(\w+)/.exec(line)?.[1] ?? '');
  const missing = (): Promise<never> =>
    new Promise((_, reject) => setImmediate(() => reject(new RangeError('made elsewhere'))));

  test('shows the frames that waited in its stack, once, in a greenlet', async () => {
    function loadIt(): unknown {
      return wait(missing());
    }
    const caught: unknown = await main(function callsIt() {
      loadIt();
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.deepEqual(framesOf(caught).slice(0, 2), ['loadIt', 'callsIt']);
    assert.deepEqual(framesOf(caught), framesOf(caught));
  });

  test('and in a generator, through the operations of the library', async () => {
    function* dial(): Generator<unknown, unknown, unknown> {
      return yield* openConnection('127.0.0.1', 1);
    }
    const caught: unknown = await new Task(function* callsIt() {
      return yield* dial();
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.deepEqual(framesOf(caught).slice(0, 2), ['dial', 'callsIt']);
  });

  test('and in an async function, whatever it awaits', async () => {
    const fails = async (awaited: () => PromiseLike<unknown>): Promise<string[]> => {
      async function loadIt(): Promise<unknown> {
        return await awaited();
      }
      async function callsIt(): Promise<unknown> {
        return await loadIt();
      }
      const frames = framesOf(await callsIt().catch((error: unknown) => error));
      return frames.slice(0, 2);
    };
    const elsewhere = new Future();
    setImmediate(() => elsewhere.setException(new RangeError('made elsewhere')));
    const failed = Future.rejected(await missing().catch((error: unknown) => error));
    const frames = await new Task(async () => [
      await fails(() => openConnection('127.0.0.1', 1)),
      await fails(() => elsewhere),
      await fails(() => failed),
      await fails(() => new Task(() => missing())),
      await fails(() => timeout(1, () => new Future())),
      await fails(() => Promise.all([fromPromise(missing()), null])),
    ]);
    const waited = ['loadIt', 'callsIt'];
    assert.deepEqual(frames, [...Array(5).fill(waited), ['Promise', 'loadIt']]);
  });

  test('keeps its stack as it is where the program stands in it', () => {
    const error = new Error('own');
    const { stack } = error;
    const same = new Error('own');
    same.stack = stack as string;
    assert.equal(same.stack, stack);
  });
});
