import assert from 'node:assert/strict';
import { suite } from 'node:test';

import {
  CancelledError,
  coroutine,
  currentTask,
  Future,
  gather,
  sleep,
} from '../../src/public/asyncio.ts';
import { caught, inEachStyle } from './styles.ts';

suite('gather, from every style', () => {
  inEachStyle('takes anything that can be waited for, of any style', function* ({ start, now }) {
    const work = coroutine(function* () {
      yield* sleep(10);
      return 'coroutine';
    });
    const task = start(function* () {
      yield sleep(20);
      return 'task';
    });
    const results = yield gather(
      work(),
      task,
      Promise.resolve('promise'),
      sleep(5, 'operation'),
      Future.resolved('future'),
      async () => sleep(1, 'function'),
    );
    assert.deepEqual(results, ['coroutine', 'task', 'promise', 'operation', 'future', 'function']);
    assert.equal(now(), 20);
  });

  inEachStyle('whoever waits for it is cancelled, and so are all', function* ({ start }) {
    const children = [1, 2].map(() =>
      start(function* () {
        yield sleep(1000);
      }),
    );
    const outer = start(function* () {
      yield gather(children);
    });
    yield sleep(10);
    outer.cancel();
    assert.ok((yield* caught(outer)) instanceof CancelledError);
    assert.deepEqual(
      children.map((child) => child.cancelled()),
      [true, true],
    );
  });

  inEachStyle('with returnExceptions it ends when all have cleaned up', function* (stage) {
    const { start, note, events } = stage;
    const tidy = (ms: number) =>
      start(function* () {
        try {
          yield sleep(1000);
        } finally {
          yield sleep(ms);
          note(`cleaned up after ${ms}`);
        }
      });
    const outer = start(function* () {
      yield gather([tidy(5), tidy(20)], { returnExceptions: true });
    });
    yield sleep(10);
    outer.cancel();
    assert.ok((yield* caught(outer)) instanceof CancelledError);
    assert.deepEqual(events, ['cleaned up after 5 @15', 'cleaned up after 20 @30']);
  });

  inEachStyle('children that refuse to be cancelled do not save it', function* ({ start }) {
    const stubborn = start(function* () {
      yield* caught(sleep(1000));
      return 'refused';
    });
    const outer = start(function* () {
      yield gather(stubborn);
    });
    yield sleep(10);
    outer.cancel();
    assert.ok((yield* caught(outer)) instanceof CancelledError);
    assert.equal(stubborn.result(), 'refused');
  });

  for (const first of ['failure', 'cancel'] as const) {
    inEachStyle(`a failure and a cancel in one turn, the ${first} first`, function* ({ start }) {
      const failing = new Future<void>();
      const other = start(function* () {
        yield sleep(1000);
      });
      const outer = start(function* () {
        yield gather(failing, other);
      });
      yield sleep(1);
      if (first === 'failure') failing.setException(new RangeError('failed'));
      outer.cancel();
      if (first === 'cancel') assert.equal(failing.cancelled(), true);
      const error = yield* caught(outer);
      if (first === 'cancel') assert.ok(error instanceof CancelledError);
      else assert.ok(error instanceof RangeError || error instanceof CancelledError);
      assert.equal((yield* caught(other)) instanceof CancelledError, true);
    });
  }

  inEachStyle('once it is done, cancelling it does nothing', function* ({ start }) {
    const slow = start(function* () {
      yield sleep(50);
      return 'slow';
    });
    const failing = Future.rejected(new RangeError('failed'));
    const all = gather(failing, slow);
    assert.match((yield* caught(all)).message, /failed/);
    assert.equal(all.cancel(), false);
    assert.equal(yield slow, 'slow');
    const empty = gather([]);
    assert.equal(empty.cancel(), false);
    assert.deepEqual(yield empty, []);
  });

  inEachStyle(
    'cancelled, it ends with the message of a child, not with its own',
    function* ({ start }) {
      const other = start(function* () {
        try {
          yield new Future();
        } catch {
          throw new CancelledError('of the child');
        }
      });
      for (const returnExceptions of [false, true]) {
        const refusing = start(function* () {
          yield* caught(new Future());
        });
        const whole = gather(returnExceptions ? [refusing, other] : [other, refusing], {
          returnExceptions,
        });
        yield sleep(0);
        whole.cancel('of the whole');
        const error = yield* caught(whole);
        assert.ok(error instanceof CancelledError);
        // The second time the error has been given away.
        assert.equal(
          error.message,
          returnExceptions ? new CancelledError().message : 'of the child',
        );
      }
    },
  );

  inEachStyle('cancellations among results leave their error to others', function* ({ start }) {
    const child = start(function* () {
      yield new Future();
    });
    const plain = new Future();
    yield sleep(0);
    child.cancel('raised');
    plain.cancel('set');
    const results = yield gather([child, plain], { returnExceptions: true });
    const none = new CancelledError().message;
    assert.deepEqual(
      results.map((one: Error) => one.message),
      [none, 'set'],
    );
    assert.equal((yield* caught(child)).message, 'raised');
    assert.equal((yield* caught(child)).message, none);
  });

  inEachStyle('an abort cancels all, and its reason is raised', function* ({ start, loop }) {
    const controller = new AbortController();
    const { signal } = controller;
    loop.callLater(10, () => controller.abort('enough'));
    const child = start(function* () {
      yield sleep(1000);
    });
    assert.equal(yield* caught(gather([child, sleep(2000)], { signal })), 'enough');
    assert.equal(child.cancelled(), true);
    assert.throws(() => gather([sleep(1)], { signal }), /enough/);
    const other = new AbortController();
    assert.deepEqual(yield gather([sleep(5, 'x')], { signal: other.signal }), ['x']);
    other.abort();
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('anything can be thrown, undefined too', function* ({ start }) {
    const thrower = () =>
      start(function* () {
        yield sleep(1);
        throw undefined;
      });
    assert.equal(yield* caught(gather(thrower())), undefined);
    assert.deepEqual(yield gather([thrower(), sleep(2, 'x')], { returnExceptions: true }), [
      undefined,
      'x',
    ]);
  });
});
