import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  CancelledError,
  createTask,
  type ExceptionContext,
  Future,
  getEventLoop,
  shield,
  sleep,
  wrapFuture,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { caught, inEachStyle } from './styles.ts';

suite('shield', () => {
  test('a failure is reported once, however many have given up', () =>
    withVirtualTime(async () => {
      const reports: string[] = [];
      const eventLoop = getEventLoop();
      eventLoop.setExceptionHandler((_loop, { message }) => reports.push(message));
      try {
        const inner = createTask(async () => {
          await sleep(50);
          throw new RangeError('failed');
        });
        for (let i = 0; i < 10; i++) shield(inner).cancel();
        await rejects(inner, RangeError);
        await sleep(1);
        assert.deepEqual(reports, ['Exception in a shielded future']);
      } finally {
        eventLoop.setExceptionHandler(undefined);
      }
    }));

  inEachStyle('has the result, or the error, of what it stands for', function* ({ start }) {
    assert.equal(yield shield(sleep(10, 'slept')), 'slept');
    const failing = start(function* () {
      yield sleep(5);
      throw new RangeError('failed');
    });
    assert.match((yield* caught(shield(failing))).message, /failed/);
    const done = Future.resolved('done');
    assert.equal(shield(done), done);
  });

  inEachStyle('whoever waits is cancelled, and what is shielded goes on', function* (stage) {
    const { start, now } = stage;
    const inner = start(function* () {
      yield sleep(100);
      return 'inner';
    });
    const outer = start(function* () {
      yield shield(inner);
    });
    yield sleep(10);
    outer.cancel();
    assert.ok((yield* caught(outer)) instanceof CancelledError);
    assert.equal(now(), 10);
    assert.equal(inner.cancelling(), 0);
    assert.equal(yield inner, 'inner');
    assert.equal(now(), 100);
  });

  inEachStyle('is cancelled if what it stands for is', function* ({ start }) {
    const inner = start(function* () {
      yield sleep(100);
    });
    const outer = shield(inner);
    yield sleep(10);
    inner.cancel('enough');
    const error = yield* caught(outer);
    assert.ok(error instanceof CancelledError);
    // The error with its message is for whoever asks the inner one, as in CPython.
    assert.equal(error.message, new CancelledError().message);
    assert.equal(outer.cancelled(), true);
    assert.equal((yield* caught(inner)).message, 'enough');
  });

  inEachStyle('a signal ends the wait, and only that', function* ({ loop }) {
    const controller = new AbortController();
    const { signal } = controller;
    loop.callLater(10, () => controller.abort('enough'));
    const inner = createTask(sleep(100, 'inner'));
    assert.equal(yield* caught(shield(inner, { signal })), 'enough');
    assert.equal(yield inner, 'inner');
    assert.throws(() => shield(new Future(), { signal }), /enough/);
  });

  for (const how of ['result and cancel', 'cancel and result'] as const) {
    inEachStyle(`in one turn: ${how}`, function* ({ start }) {
      const inner = new Future<string>();
      const outer = start(function* () {
        return yield shield(inner);
      });
      yield sleep(1);
      if (how === 'result and cancel') inner.setResult('result');
      outer.cancel();
      if (how === 'cancel and result') inner.setResult('result');
      assert.ok((yield* caught(outer)) instanceof CancelledError);
      assert.equal(inner.result(), 'result');
    });
  }

  test('a failure that nobody waits for any more is reported, once', () =>
    withVirtualTime(async () => {
      const eventLoop = getEventLoop();
      const before = eventLoop.getExceptionHandler();
      const reports: ExceptionContext[] = [];
      eventLoop.setExceptionHandler((_loop, context) => reports.push(context));
      try {
        const failure = new RangeError('too late');
        const inner = createTask(async () => {
          await sleep(10);
          throw failure;
        });
        const outer = shield(inner);
        assert.equal(outer.cancel(), true);
        assert.equal(outer.cancel(), false);
        await rejects(outer, CancelledError);
        await sleep(20);
        assert.deepEqual(
          reports.map(({ message, exception, future }) => [message, exception, future]),
          [['Exception in a shielded future', failure, inner]],
        );
        const cancelled = new Future();
        shield(cancelled).cancel();
        cancelled.cancel();
        await sleep(0);
        assert.equal(reports.length, 1);
      } finally {
        eventLoop.setExceptionHandler(before);
      }
    }));
});

suite('wrapFuture', () => {
  inEachStyle('makes a promise a future', function* () {
    assert.equal(yield wrapFuture(Promise.resolve('settled')), 'settled');
    assert.match(
      (yield* caught(wrapFuture(Promise.reject(new Error('failed'))))).message,
      /failed/,
    );
    const future = new Future();
    assert.equal(wrapFuture(future), future);
  });

  inEachStyle('cancelled, it aborts what stands behind the promise', function* ({ start }) {
    let given: AbortSignal | undefined;
    const task = start(function* () {
      yield wrapFuture((signal) => {
        given = signal;
        return new Promise(() => {});
      });
    });
    yield sleep(5);
    assert.equal(given?.aborted, false);
    task.cancel('enough');
    assert.ok((yield* caught(task)) instanceof CancelledError);
    yield sleep(0);
    assert.equal(given.aborted, true);
    assert.equal(given.reason.message, 'enough');
  });

  test('one that settles aborts nothing', () =>
    withVirtualTime(async () => {
      let given: AbortSignal | undefined;
      const future = wrapFuture(async (signal) => {
        given = signal;
        return 'result';
      });
      assert.equal(await future, 'result');
      await sleep(0);
      assert.equal(given?.aborted, false);
    }));

  test('refuses what is no promise', () => {
    assert.throws(() => wrapFuture(5 as never), { code: 'ERR_INVALID_ARGUMENT', message: /got 5/ });
  });
});
