import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  CancelledError,
  createTask,
  currentTask,
  ExceptionGroup,
  Future,
  sleep,
  TaskGroup,
  timeout,
  Timeout,
  timeoutAt,
  TimeoutError,
  waitFor,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { caught, inEachStyle } from './styles.ts';

suite('timeout', () => {
  inEachStyle('gives the result of a body that is in time', function* ({ fn, now, loop }) {
    const timers = loop.timerCount;
    const body = fn(function* (limit: Timeout) {
      assert.equal(limit.when(), 100);
      yield sleep(50);
      return 'in time';
    });
    assert.equal(yield timeout(100, body), 'in time');
    assert.equal(now(), 50);
    assert.equal(loop.timerCount, timers);
  });

  inEachStyle('cancels a body that is not, and raises TimeoutError', function* (stage) {
    const { fn, note, events } = stage;
    let limit: Timeout | undefined;
    const body = fn(function* (given: Timeout) {
      limit = given;
      try {
        yield sleep(1000);
      } catch (error) {
        note((error as Error).name);
        assert.equal(given.expired(), true);
        assert.equal(currentTask()?.cancelling(), 1);
        throw error;
      } finally {
        note('cleaned up');
      }
    });
    const error = yield* caught(timeout(100, body));
    assert.ok(error instanceof TimeoutError);
    assert.ok(error.cause instanceof CancelledError);
    assert.deepEqual(events, ['CancelledError @100', 'cleaned up @100']);
    assert.equal(limit?.expired(), true);
    assert.equal(currentTask()?.cancelling(), 0);
    yield sleep(10);
  });

  inEachStyle('waits until the body has cleaned up, however long that takes', function* (stage) {
    const { fn, note, events } = stage;
    const body = fn(function* () {
      try {
        yield sleep(1000);
      } finally {
        yield sleep(30);
        note('cleaned up');
      }
    });
    assert.ok((yield* caught(timeout(100, body))) instanceof TimeoutError);
    assert.deepEqual(events, ['cleaned up @130']);
  });

  inEachStyle('null, and Infinity, are no limit', function* ({ fn, now }) {
    for (const never of [null, Infinity]) {
      const body = fn(function* (limit: Timeout) {
        assert.equal(limit.when(), null);
        yield sleep(1000);
        return 'done';
      });
      assert.equal(yield timeout(never, body), 'done');
    }
    assert.equal(now(), 2000);
  });

  inEachStyle('a limit that is over when it begins ends the first wait', function* ({ fn, now }) {
    for (const ms of [0, -5]) {
      const body = fn(function* (limit: Timeout) {
        assert.equal(limit.expired(), false);
        yield sleep(1000);
      });
      assert.ok((yield* caught(timeout(ms, body))) instanceof TimeoutError);
    }
    assert.equal(now(), 0);
    assert.equal(
      yield timeout(
        0,
        fn(function* () {
          return 'never waited';
        }),
      ),
      'never waited',
    );
  });

  inEachStyle('the time begins when it is waited for', function* ({ fn, now }) {
    const limited = timeout(
      100,
      fn(function* () {
        yield sleep(1000);
      }),
    );
    yield sleep(500);
    assert.ok((yield* caught(limited)) instanceof TimeoutError);
    assert.equal(now(), 600);
  });

  inEachStyle('a body that refuses has its result, and nothing is left behind', function* (stage) {
    const body = stage.fn(function* () {
      try {
        yield sleep(1000);
      } catch {
        yield sleep(5);
      }
      return 'refused';
    });
    assert.equal(yield timeout(100, body), 'refused');
    assert.equal(currentTask()?.cancelling(), 0);
    yield sleep(1);
    assert.equal(stage.now(), 106);
  });

  inEachStyle('another error passes, and its cause tells of the timeout', function* ({ fn }) {
    const body = fn(function* () {
      try {
        yield sleep(1000);
      } catch (cause) {
        throw new RangeError('while cleaning up', { cause });
      }
    });
    const error = yield* caught(timeout(100, body));
    assert.ok(error instanceof RangeError);
    assert.ok(error.cause instanceof TimeoutError);
    assert.ok(error.cause.cause instanceof CancelledError);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('also in the members of a group', function* ({ fn, child }) {
    const body = fn(function* () {
      yield TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, function* () {
            try {
              yield sleep(1000);
            } catch (cause) {
              throw new RangeError('of a child', { cause });
            }
          });
        }),
      );
    });
    const error = yield* caught(timeout(100, body));
    assert.ok(error instanceof ExceptionGroup);
    assert.ok((error.errors[0] as Error).cause instanceof TimeoutError);
  });

  inEachStyle('a cancellation from outside stays one', function* ({ fn, start, now }) {
    const task = start(function* () {
      yield timeout(
        100,
        fn(function* () {
          yield sleep(1000);
        }),
      );
    });
    yield sleep(50);
    task.cancel();
    assert.ok((yield* caught(task)) instanceof CancelledError);
    assert.equal(task.cancelled(), true);
    assert.equal(now(), 50);
  });

  for (const first of ['time', 'outside'] as const) {
    inEachStyle(
      `so it does if the time is over in the same turn, ${first} first`,
      function* ({ fn, start, loop }) {
        let limit: Timeout | undefined;
        const cancel = (): void => {
          task.cancel();
        };
        if (first === 'outside') loop.callLater(100, cancel);
        const task = start(function* () {
          yield timeout(
            100,
            fn(function* (given: Timeout) {
              limit = given;
              yield sleep(1000);
            }),
          );
        });
        yield sleep(1);
        if (first === 'time') loop.callAt(100, cancel);
        assert.ok((yield* caught(task)) instanceof CancelledError);
        assert.equal(limit?.expired(), true);
        assert.equal(task.cancelling(), 1);
      },
    );
  }

  inEachStyle('a result that is set before the time is over wins', function* ({ fn, loop }) {
    const future = new Future<string>();
    loop.callLater(100, () => future.setResult('just in time'));
    const body = fn(function* () {
      return yield future;
    });
    // The timer of the limit comes second in the turn of the result: what is raised depends on nothing but order.
    const error = yield* caught(timeout(100, body));
    assert.ok(error instanceof TimeoutError);
    assert.equal(future.result(), 'just in time');
  });

  inEachStyle('nested, the one whose time is over raises its error', function* ({ fn, now }) {
    const nested = (outer: number, inner: number) =>
      timeout(
        outer,
        fn(function* () {
          try {
            yield timeout(
              inner,
              fn(function* () {
                yield sleep(1000);
              }),
            );
          } catch (error) {
            assert.ok(error instanceof (inner <= outer ? TimeoutError : CancelledError));
            if (inner < outer) return 'the inner one';
            throw error;
          }
          return 'not reached';
        }),
      );
    assert.equal(yield nested(200, 100), 'the inner one');
    assert.equal(now(), 100);
    assert.ok((yield* caught(nested(100, 200))) instanceof TimeoutError);
    assert.equal(now(), 200);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('nested with equal times, both are over', function* ({ fn, events, note }) {
    const outer = timeout(
      100,
      fn(function* () {
        const error = yield* caught(
          timeout(
            100,
            fn(function* () {
              yield sleep(1000);
            }),
          ),
        );
        note(error.name);
        throw error;
      }),
    );
    const error = yield* caught(outer);
    note(error.name);
    // The inner one sees that somebody else wants the task cancelled, too.
    assert.deepEqual(events, ['CancelledError @100', 'TimeoutError @100']);
  });

  inEachStyle(
    'in the cleanup of a task that is being cancelled, it is told apart',
    function* (stage) {
      const { fn, start, note, events } = stage;
      const task = start(function* () {
        try {
          yield sleep(1000);
        } finally {
          const error = yield* caught(
            timeout(
              10,
              fn(function* () {
                yield sleep(1000);
              }),
            ),
          );
          note(error.name);
        }
      });
      yield sleep(5);
      task.cancel();
      assert.ok((yield* caught(task)) instanceof CancelledError);
      assert.deepEqual(events, ['TimeoutError @15']);
    },
  );

  inEachStyle('there, what it has taken back does not come again', function* (stage) {
    const { fn, child, start, note, events } = stage;
    const task = start(function* () {
      try {
        yield sleep(1000);
      } finally {
        const group = fn(function* () {
          yield TaskGroup.run(
            fn(function* (inner: TaskGroup) {
              child(inner, function* () {
                try {
                  yield sleep(1000);
                } finally {
                  throw new RangeError('while cleaning up');
                }
              });
            }),
          );
        });
        assert.ok((yield* caught(timeout(10, group))) instanceof ExceptionGroup);
        yield sleep(5);
        note('cleaned up');
      }
    });
    yield sleep(5);
    task.cancel();
    assert.ok((yield* caught(task)) instanceof CancelledError);
    assert.deepEqual(events, ['cleaned up @20']);
  });

  inEachStyle('reschedule moves the end, both ways, and to never', function* ({ fn, now }) {
    const body = fn(function* (limit: Timeout) {
      limit.reschedule(300);
      yield sleep(200);
      limit.reschedule(null);
      assert.equal(limit.when(), null);
      yield sleep(500);
      limit.reschedule(now() - 1);
      yield sleep(1000);
    });
    assert.ok((yield* caught(timeout(100, body))) instanceof TimeoutError);
    assert.equal(now(), 700);
  });

  inEachStyle('reschedule is for the time in which it is active', function* ({ fn, loop }) {
    const limit = new Timeout(100);
    assert.equal(limit.expired(), false);
    assert.throws(() => limit.reschedule(5), /has not been entered/);
    const body = fn(function* () {
      try {
        yield sleep(1000);
      } finally {
        assert.throws(() => limit.reschedule(5), /is expiring/);
      }
    });
    assert.ok((yield* caught(limit.run(body))) instanceof TimeoutError);
    assert.throws(() => limit.reschedule(5), { code: 'ERR_INVALID_STATE', message: /is expired/ });
    const other = new Timeout(null);
    yield other.run(
      fn(function* () {
        yield sleep(1);
      }),
    );
    assert.throws(() => other.reschedule(loop.time()), /is finished/);
    assert.ok(/has been used already/.test((yield* caught(other.run(body))).message));
  });

  inEachStyle('timeoutAt takes a time on the clock of the loop', function* ({ fn, loop, now }) {
    yield sleep(50);
    const body = fn(function* () {
      yield sleep(1000);
    });
    assert.ok((yield* caught(timeoutAt(loop.time() + 20, body))) instanceof TimeoutError);
    assert.equal(now(), 70);
    assert.ok((yield* caught(timeoutAt(0, body))) instanceof TimeoutError);
    assert.equal(now(), 70);
  });

  inEachStyle('an abort cancels the body, and its reason is raised', function* (stage) {
    const { fn, loop, note, events } = stage;
    const controller = new AbortController();
    const reason = new RangeError('enough');
    loop.callLater(50, () => controller.abort(reason));
    const body = fn(function* () {
      try {
        yield sleep(1000);
      } finally {
        yield sleep(5);
        note('cleaned up');
      }
    });
    const { signal } = controller;
    assert.equal(yield* caught(timeout(100, body, { signal })), reason);
    assert.deepEqual(events, ['cleaned up @55']);
    assert.equal(currentTask()?.cancelling(), 0);
    assert.equal(yield* caught(timeout(100, body, { signal })), reason);
    assert.equal(stage.now(), 55);
  });

  test('in an async function, it reaches its own body and nothing beside it', () =>
    withVirtualTime(async ({ now }) => {
      await createTask(async () => {
        const results = await Promise.allSettled([
          timeout(10, async () => sleep(1000)),
          sleep(50, 'undisturbed'),
          timeout(70, async () => sleep(60, 'in time')),
        ]);
        assert.ok((results[0] as PromiseRejectedResult).reason instanceof TimeoutError);
        assert.deepEqual(
          results.slice(1).map((result) => (result as PromiseFulfilledResult<string>).value),
          ['undisturbed', 'in time'],
        );
      });
      assert.equal(now(), 60);
    }));

  test('a body may be of any style, whoever waits', () =>
    withVirtualTime(async () => {
      const bodies = [
        async () => sleep(1000),
        function* () {
          yield* sleep(1000);
        },
        () => sleep(1000),
        () => createTask(async () => sleep(1000)),
      ];
      for (const body of bodies) {
        await rejects(timeout<unknown>(10, body), TimeoutError);
        await rejects(
          createTask(function* () {
            yield* timeout<unknown>(10, body);
          }),
          TimeoutError,
        );
      }
    }));

  test('the signal of the task in its body is aborted with it', () =>
    withVirtualTime(async ({ now }) => {
      const aborted = timeout(20, async () => {
        const { signal } = currentTask()!;
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      });
      await rejects(aborted, TimeoutError);
      assert.equal(now(), 20);
    }));

  test('a task whose cancellation was taken back has a fresh signal', () =>
    withVirtualTime(async () => {
      await createTask(function* () {
        const before = currentTask()!.signal;
        try {
          yield* timeout(20, function* () {
            yield* sleep(1000);
          });
        } catch {
          assert.equal(before.aborted, true);
        }
        assert.equal(currentTask()!.signal.aborted, false);
      });
    }));

  test('refuses what is no time and what is no body', () => {
    for (const ms of [NaN, '5', undefined]) {
      assert.throws(() => timeout(ms as number, () => 1), { code: 'ERR_INVALID_ARGUMENT' });
    }
    assert.throws(() => timeout(5, 5 as never), /`body` to be a function, got 5/);
  });
});

suite('timeout for `using`', () => {
  /** What JavaScript does for `using` at the end of a block. */
  async function using<T>(resource: AsyncDisposable, body: () => Promise<T>): Promise<T> {
    let raised: { error: unknown } | undefined;
    try {
      return await body();
    } catch (error) {
      raised = { error };
      throw error;
    } finally {
      try {
        await resource[Symbol.asyncDispose]();
      } catch (error) {
        if (raised === undefined) throw error;
        throw Object.assign(new Error('SuppressedError'), { error, suppressed: raised.error });
      }
    }
  }

  test('begins at once, and ends with the block', () =>
    withVirtualTime(async ({ loop }) => {
      const timers = loop.timerCount;
      await createTask(async () => {
        const limit = timeout(100);
        assert.equal(limit.when(), 100);
        await using(limit, async () => sleep(50));
        assert.equal(loop.timerCount, timers);
        assert.equal(limit.expired(), false);
        await sleep(100);
      });
    }));

  test('expired, it raises TimeoutError, beside the CancelledError of the block', () =>
    withVirtualTime(async ({ now }) => {
      await createTask(async () => {
        const failure = await using(timeout(100), async () => sleep(1000)).then(
          () => undefined,
          (error: unknown) => error as { error: unknown; suppressed: unknown },
        );
        assert.ok(failure?.error instanceof TimeoutError);
        assert.ok(failure.suppressed instanceof CancelledError);
        assert.equal(currentTask()!.cancelling(), 0);
        await sleep(1);
      });
      assert.equal(now(), 101);
    }));

  test('cancelled from outside as well, it raises nothing of its own', () =>
    withVirtualTime(async () => {
      const task = createTask(async () => using(timeout(100), async () => sleep(1000)));
      await sleep(50);
      task.cancel();
      await rejects(task, CancelledError);
    }));

  test('in a generator, `using` alone will do', () =>
    withVirtualTime(async ({ now }) => {
      const task = createTask(function* () {
        const limit = timeoutAt(20);
        try {
          yield* sleep(1000);
        } catch (error) {
          assert.ok(error instanceof CancelledError);
        }
        assert.throws(() => limit[Symbol.dispose](), TimeoutError);
        limit[Symbol.dispose]();
        yield* sleep(1);
      });
      await task;
      assert.equal(now(), 21);
    }));

  test('is for code in a task', () => {
    assert.throws(() => timeout(5), { code: 'ERR_INVALID_STATE', message: /outside of a task/ });
  });
});

suite('waitFor', () => {
  inEachStyle('gives a result that is in time', function* ({ now, fn }) {
    assert.equal(yield waitFor(sleep(50, 'slept'), 100), 'slept');
    assert.equal(yield waitFor(sleep(50, 'no limit'), null), 'no limit');
    assert.equal(
      yield waitFor(
        fn(function* () {
          return yield sleep(50, 'of a function');
        }),
        100,
      ),
      'of a function',
    );
    assert.equal(yield waitFor(Promise.resolve('of a promise'), 100), 'of a promise');
    assert.equal(now(), 150);
  });

  inEachStyle('cancels what is late, and waits until it has cleaned up', function* (stage) {
    const { start, note, events } = stage;
    const task = start(function* () {
      try {
        yield sleep(1000);
      } finally {
        yield sleep(10);
        note('cleaned up');
      }
    });
    assert.ok((yield* caught(waitFor(task, 100))) instanceof TimeoutError);
    assert.equal(task.cancelled(), true);
    assert.deepEqual(events, ['cleaned up @110']);
  });

  inEachStyle('has the result of one that refuses', function* ({ start }) {
    const task = start(function* () {
      try {
        yield sleep(1000);
      } catch {
        return 'refused';
      }
      return 'not reached';
    });
    assert.equal(yield waitFor(task, 100), 'refused');
  });

  inEachStyle('passes an error on, also one of the cleanup', function* ({ start }) {
    const failing = start(function* () {
      yield sleep(10);
      throw new RangeError('in time');
    });
    assert.match((yield* caught(waitFor(failing, 100))).message, /in time/);
    const late = start(function* () {
      try {
        yield sleep(1000);
      } finally {
        throw new RangeError('while cleaning up');
      }
    });
    assert.match((yield* caught(waitFor(late, 100))).message, /while cleaning up/);
  });

  inEachStyle('cancelled, it cancels what it waits for', function* ({ start }) {
    const inner = start(function* () {
      yield sleep(1000);
    });
    const outer = start(function* () {
      yield waitFor(inner, 100);
    });
    yield sleep(10);
    outer.cancel();
    assert.ok((yield* caught(outer)) instanceof CancelledError);
    assert.equal(inner.cancelled(), true);
  });

  inEachStyle('what somebody else cancels is no timeout', function* ({ start, loop }) {
    const inner = start(function* () {
      yield sleep(1000);
    });
    loop.callLater(10, () => inner.cancel());
    assert.ok((yield* caught(waitFor(inner, 100))) instanceof CancelledError);
  });

  inEachStyle('without any time, only what is done is given', function* ({ start, events, note }) {
    for (const ms of [0, -1]) {
      assert.equal(yield waitFor(Future.resolved('done'), ms), 'done');
      const task = start(function* () {
        note('began');
        yield sleep(0);
      });
      assert.ok((yield* caught(waitFor(task, ms))) instanceof TimeoutError);
      assert.equal(task.cancelled(), true);
      const body = function* (): Generator<unknown, void, unknown> {
        note('began');
      };
      assert.ok((yield* caught(waitFor(body, ms))) instanceof TimeoutError);
    }
    assert.deepEqual(events, []);
  });

  inEachStyle('a promise is abandoned', function* ({ now }) {
    assert.ok((yield* caught(waitFor(new Promise(() => {}), 100))) instanceof TimeoutError);
    assert.equal(now(), 100);
  });

  inEachStyle('ends with the reason of a signal', function* ({ loop }) {
    const controller = new AbortController();
    loop.callLater(10, () => controller.abort('enough'));
    assert.equal(yield* caught(waitFor(sleep(100), 50, { signal: controller.signal })), 'enough');
    assert.equal(yield* caught(waitFor(sleep(100), 0, { signal: controller.signal })), 'enough');
  });
});
