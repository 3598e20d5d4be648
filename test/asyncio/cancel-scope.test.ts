import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  CancelledError,
  CancelScope,
  Condition,
  createTask,
  currentEffectiveDeadline,
  currentTask,
  ExceptionGroup,
  failAfter,
  failAt,
  Future,
  moveOnAfter,
  moveOnAt,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { caught, inEachStyle } from './styles.ts';

suite('CancelScope', () => {
  inEachStyle('gives the result of its body', function* ({ fn, loop }) {
    const timers = loop.timerCount;
    const scope = new CancelScope({ deadline: loop.time() + 100 });
    const result = yield scope.run(
      fn(function* (given: CancelScope) {
        assert.equal(given, scope);
        yield sleep(10);
        return 'result';
      }),
    );
    assert.equal(result, 'result');
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [false, false]);
    assert.equal(loop.timerCount, timers);
  });

  inEachStyle('cancelled, it ends the wait in it, and keeps the error in', function* (stage) {
    const { fn, loop, note, events } = stage;
    const scope = new CancelScope();
    loop.callLater(10, () => scope.cancel('enough'));
    const result = yield scope.run(
      fn(function* () {
        try {
          yield sleep(1000);
        } catch (error) {
          note((error as Error).message);
          throw error;
        }
      }),
    );
    assert.equal(result, undefined);
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [true, true]);
    assert.deepEqual(events, ['enough @10']);
    assert.equal(currentTask()?.cancelling(), 0);
    yield sleep(1);
    assert.equal(stage.now(), 11);
  });

  inEachStyle('every wait in it ends, until it is left', function* (stage) {
    const { fn, note, events } = stage;
    const scope = new CancelScope();
    const never = new Future<void>();
    yield scope.run(
      fn(function* () {
        scope.cancel();
        note('goes on to the next wait');
        for (const wait of [sleep(5), sleep(0), new Future<void>(), sleep(0), never]) {
          const error = yield* caught(wait);
          note(error.name);
        }
        yield sleep(1000);
      }),
    );
    note('left');
    yield sleep(5);
    assert.deepEqual(events, [
      'goes on to the next wait @0',
      ...Array.from({ length: 5 }, () => 'CancelledError @0'),
      'left @0',
    ]);
    assert.equal(scope.cancelledCaught, true);
  });

  inEachStyle('what is done needs no wait', function* ({ fn }) {
    const scope = new CancelScope();
    const result = yield scope.run(
      fn(function* () {
        scope.cancel();
        return yield Future.resolved('done');
      }),
    );
    assert.equal(result, 'done');
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [true, false]);
  });

  inEachStyle('a result that has come wins, and the next wait ends', function* ({ fn, loop }) {
    const future = new Future<string>();
    const scope = new CancelScope();
    let got: unknown;
    loop.callLater(10, () => {
      future.setResult('result');
      scope.cancel();
    });
    yield scope.run(
      fn(function* () {
        got = yield future;
        yield sleep(1000);
      }),
    );
    assert.equal(got, 'result');
    assert.equal(scope.cancelledCaught, true);
  });

  inEachStyle('another error passes', function* ({ fn }) {
    const scope = new CancelScope();
    const body = fn(function* () {
      scope.cancel();
      try {
        yield sleep(5);
      } finally {
        throw new RangeError('while cleaning up');
      }
    });
    assert.match((yield* caught(scope.run(body))).message, /cleaning up/);
    assert.equal(scope.cancelledCaught, false);
  });

  inEachStyle('cancelled before it is entered, or afterwards', function* ({ fn, now }) {
    const scope = new CancelScope();
    scope.cancel();
    const body = fn(function* () {
      yield sleep(1000);
    });
    yield scope.run(body);
    assert.equal(scope.cancelledCaught, true);
    assert.match((yield* caught(scope.run(body))).message, /used already/);
    const other = new CancelScope();
    yield other.run(
      fn(function* () {
        yield sleep(5);
      }),
    );
    other.cancel();
    yield sleep(5);
    assert.equal(now(), 10);
  });

  inEachStyle('nested, the outermost that is cancelled keeps the error in', function* (stage) {
    const { fn } = stage;
    for (const which of ['outer', 'inner', 'both']) {
      const outer = new CancelScope();
      const inner = new CancelScope();
      let between = false;
      yield outer.run(
        fn(function* () {
          yield inner.run(
            fn(function* () {
              if (which !== 'inner') outer.cancel();
              if (which !== 'outer') inner.cancel();
              yield sleep(1000);
            }),
          );
          between = true;
        }),
      );
      assert.equal(between, which === 'inner', which);
      assert.deepEqual(
        [outer.cancelledCaught, inner.cancelledCaught],
        [which !== 'inner', which === 'inner'],
      );
    }
    assert.equal(stage.now(), 0);
  });

  inEachStyle('a shielded one is not reached, and what comes after it is', function* (stage) {
    const { fn, note, events } = stage;
    const outer = new CancelScope();
    yield outer.run(
      fn(function* () {
        try {
          outer.cancel();
          yield sleep(1000);
        } finally {
          yield new CancelScope({ shield: true }).run(
            fn(function* () {
              yield sleep(20);
              note('cleaned up');
            }),
          );
          const error = yield* caught(sleep(1000));
          note(error.name);
        }
      }),
    );
    assert.deepEqual(events, ['cleaned up @20', 'CancelledError @20']);
    assert.equal(outer.cancelledCaught, true);
  });

  inEachStyle('a shield can be cancelled itself', function* ({ fn, now }) {
    const outer = new CancelScope();
    yield outer.run(
      fn(function* () {
        outer.cancel();
        const result = yield moveOnAfter(
          30,
          fn(function* () {
            yield sleep(1000);
            return 'not reached';
          }),
          { shield: true },
        );
        assert.equal(result, undefined);
      }),
    );
    assert.equal(now(), 30);
  });

  inEachStyle('a shield that is lowered lets the cancellation in', function* (stage) {
    const { fn, loop, now } = stage;
    const outer = new CancelScope();
    const inner = new CancelScope({ shield: true });
    loop.callLater(10, () => outer.cancel());
    loop.callLater(20, () => {
      inner.shield = false;
    });
    yield outer.run(
      fn(function* () {
        yield inner.run(
          fn(function* () {
            yield sleep(1000);
          }),
        );
      }),
    );
    assert.equal(now(), 20);
    assert.deepEqual([outer.cancelledCaught, inner.cancelledCaught], [true, false]);
  });

  inEachStyle('reaches the tasks of its groups, again and again', function* (stage) {
    const { fn, child, note, events, loop } = stage;
    const scope = new CancelScope();
    loop.callLater(10, () => scope.cancel());
    yield scope.run(
      fn(function* () {
        yield TaskGroup.run(
          fn(function* (group: TaskGroup) {
            child(group, function* () {
              note((yield* caught(sleep(1000))).name);
              note((yield* caught(sleep(1000))).name);
            });
          }),
        );
      }),
    );
    assert.deepEqual(events, ['CancelledError @10', 'CancelledError @10']);
    assert.equal(scope.cancelledCaught, true);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('a task of a group in it may clean up behind a shield', function* (stage) {
    const { fn, child, note, events } = stage;
    for (const where of ['body', 'exit']) {
      const scope = new CancelScope();
      yield scope.run(
        fn(function* () {
          yield TaskGroup.run(
            fn(function* (group: TaskGroup) {
              child(group, function* () {
                try {
                  yield sleep(1000);
                } finally {
                  yield new CancelScope({ shield: true }).run(
                    fn(function* () {
                      yield sleep(20);
                      note(`cleaned up in ${where}`);
                    }),
                  );
                }
              });
              child(group, function* () {
                yield sleep(10);
                scope.cancel();
              });
              if (where === 'body') yield sleep(1000);
            }),
          );
        }),
      );
      assert.equal(scope.cancelledCaught, true);
    }
    assert.deepEqual(events, ['cleaned up in body @30', 'cleaned up in exit @60']);
  });

  inEachStyle('a child may not be in a scope of the body', function* (stage) {
    const { fn, child, note, events } = stage;
    yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        yield moveOnAfter(
          10,
          fn(function* () {
            child(group, function* () {
              yield sleep(50);
              note('child of the group, not of the scope');
            });
            yield sleep(1000);
          }),
        );
        note('moved on');
      }),
    );
    assert.deepEqual(events, ['moved on @10', 'child of the group, not of the scope @50']);
  });

  inEachStyle('a failure in a group inside passes, and the scope is done with', function* (stage) {
    const { fn, child } = stage;
    const scope = new CancelScope();
    const body = fn(function* () {
      yield TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, function* () {
            try {
              yield sleep(1000);
            } finally {
              throw new RangeError('while cleaning up');
            }
          });
          yield sleep(5);
          scope.cancel();
        }),
      );
    });
    const error = yield* caught(scope.run(body));
    assert.ok(error instanceof ExceptionGroup);
    assert.match((error.errors[0] as Error).message, /while cleaning up/);
    assert.equal(scope.cancelledCaught, false);
    yield sleep(1);
  });

  inEachStyle('of an ExceptionGroup, its own CancelledErrors are taken out', function* ({ fn }) {
    const raising = (...errors: Error[]) =>
      fn(function* (scope: CancelScope) {
        scope.cancel();
        throw new ExceptionGroup('several', errors);
      });
    const one = new CancelScope();
    assert.equal(yield one.run(raising(new CancelledError())), undefined);
    assert.equal(one.cancelledCaught, true);
    const two = new CancelScope();
    const failure = new RangeError('failure');
    const error = yield* caught(two.run(raising(new CancelledError(), failure)));
    assert.deepEqual(error.errors, [failure]);
  });

  inEachStyle('has a signal, aborted with it and with those around it', function* ({ fn }) {
    const outer = new CancelScope();
    yield outer.run(
      fn(function* () {
        const inner = new CancelScope();
        const shielded = new CancelScope({ shield: true });
        yield inner.run(
          fn(function* () {
            yield shielded.run(
              fn(function* () {
                const { signal } = inner;
                assert.deepEqual([signal.aborted, shielded.signal.aborted], [false, false]);
                outer.cancel('enough');
                assert.deepEqual([signal.aborted, shielded.signal.aborted], [true, false]);
                assert.equal(signal.reason.message, 'enough');
                assert.equal(inner.signal, signal);
              }),
            );
          }),
        );
      }),
    );
    assert.equal(outer.signal.aborted, true);
  });

  inEachStyle('a signal that is aborted cancels it, and its reason is raised', function* (stage) {
    const { fn, loop, note, events } = stage;
    const controller = new AbortController();
    const { signal } = controller;
    loop.callLater(10, () => controller.abort('enough'));
    const body = fn(function* () {
      note((yield* caught(sleep(1000))).name);
      yield sleep(1000);
    });
    assert.equal(yield* caught(new CancelScope({ signal }).run(body)), 'enough');
    assert.equal(yield* caught(moveOnAfter(5, body, { signal })), 'enough');
    assert.equal(yield* caught(failAfter(5, body, { signal })), 'enough');
    assert.deepEqual(events, ['CancelledError @10']);
  });

  inEachStyle('no wait spins in a cancelled scope that has to get a lock back', function* (stage) {
    const { fn, child, loop, now } = stage;
    const condition = new Condition();
    const scope = new CancelScope();
    yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        child(group, function* () {
          yield sleep(5);
          yield condition.acquire();
          yield sleep(100);
          condition.release();
        });
        loop.callLater(10, () => scope.cancel());
        yield scope.run(
          fn(function* () {
            yield condition.acquire();
            try {
              yield condition.wait();
            } finally {
              assert.equal(now(), 105);
              condition.release();
            }
          }),
        );
      }),
    );
    assert.equal(scope.cancelledCaught, true);
    assert.equal(condition.locked(), false);
  });

  test('in an async function, it reaches its own body and nothing beside it', () =>
    withVirtualTime(async ({ now }) => {
      await createTask(async () => {
        const scope = new CancelScope();
        const results = await Promise.all([
          scope.run(async () => sleep(1000, 'not reached')),
          sleep(50, 'undisturbed'),
          sleep(10).then(() => scope.cancel()),
        ]);
        assert.deepEqual(results, [undefined, 'undisturbed', undefined]);
      });
      assert.equal(now(), 50);
    }));

  test('refuses what is no deadline', () => {
    assert.throws(() => new CancelScope({ deadline: NaN }), { code: 'ERR_INVALID_ARGUMENT' });
    assert.throws(() => moveOnAfter(NaN, () => 1), { code: 'ERR_INVALID_ARGUMENT' });
    assert.throws(() => new CancelScope().run(5 as never), { code: 'ERR_INVALID_ARGUMENT' });
  });
});

suite('CancelScope and task.cancel()', () => {
  for (const first of ['scope', 'task'] as const) {
    inEachStyle(`both in one turn, ${first} first: the task is cancelled`, function* (stage) {
      const { fn, start } = stage;
      const scope = new CancelScope();
      const task = start(function* () {
        yield scope.run(
          fn(function* () {
            yield sleep(1000);
          }),
        );
      });
      yield sleep(10);
      if (first === 'scope') scope.cancel();
      task.cancel();
      scope.cancel();
      assert.ok((yield* caught(task)) instanceof CancelledError);
      assert.equal(scope.cancelledCaught, false);
    });
  }

  inEachStyle('a request reaches through shields, once', function* ({ fn, start, note, events }) {
    const task = start(function* () {
      yield new CancelScope({ shield: true }).run(
        fn(function* () {
          note((yield* caught(sleep(1000))).name);
          yield sleep(5);
          note('goes on');
        }),
      );
    });
    yield sleep(10);
    task.cancel();
    yield task;
    assert.deepEqual(events, ['CancelledError @10', 'goes on @15']);
  });

  inEachStyle('a request that was refused before it does not count', function* (stage) {
    const { fn, start } = stage;
    const scope = new CancelScope();
    const task = start(function* () {
      yield* caught(sleep(1000));
      yield scope.run(
        fn(function* () {
          scope.cancel();
          yield sleep(1000);
        }),
      );
      return 'went on';
    });
    yield sleep(10);
    task.cancel();
    assert.equal(yield task, 'went on');
  });

  inEachStyle('a timeout in a cancelled scope leaves it its error', function* (stage) {
    const { fn, note, events } = stage;
    const scope = new CancelScope();
    yield scope.run(
      fn(function* () {
        try {
          yield timeout(
            10,
            fn(function* () {
              scope.cancel();
              try {
                yield sleep(1000);
              } finally {
                yield new CancelScope({ shield: true }).run(
                  fn(function* () {
                    yield* caught(sleep(50));
                  }),
                );
              }
            }),
          );
        } catch (error) {
          note((error as Error).name);
          throw error;
        }
      }),
    );
    assert.deepEqual(events, ['CancelledError @10']);
    assert.equal(scope.cancelledCaught, true);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('a scope in a timeout is left by it', function* ({ fn, now }) {
    const scope = new CancelScope();
    const body = fn(function* () {
      yield scope.run(
        fn(function* () {
          yield sleep(1000);
        }),
      );
    });
    assert.ok((yield* caught(timeout(10, body))) instanceof TimeoutError);
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [false, false]);
    assert.equal(now(), 10);
  });

  inEachStyle('who waits in a scope for a task outside of it cancels that', function* (stage) {
    const { fn, start } = stage;
    const task = start(function* () {
      yield sleep(1000);
    });
    const result = yield moveOnAfter(
      10,
      fn(function* () {
        yield task;
      }),
    );
    assert.equal(result, undefined);
    assert.equal(task.cancelled(), true);
  });
});

suite('deadlines', () => {
  inEachStyle('moveOnAfter and moveOnAt go on', function* ({ fn, now, loop }) {
    let scope: CancelScope | undefined;
    const body = (ms: number) =>
      fn(function* (given: CancelScope) {
        scope = given;
        yield sleep(ms);
        return 'result';
      });
    assert.equal(yield moveOnAfter(100, body(50)), 'result');
    assert.equal(scope?.cancelledCaught, false);
    assert.equal(yield moveOnAfter(100, body(1000)), undefined);
    assert.equal(scope?.cancelledCaught, true);
    assert.equal(now(), 150);
    assert.equal(yield moveOnAt(loop.time() + 50, body(1000)), undefined);
    assert.equal(now(), 200);
    assert.equal(yield moveOnAt(0, body(1000)), undefined);
    assert.equal(yield moveOnAfter(Infinity, body(1000)), 'result');
    assert.equal(now(), 1200);
  });

  inEachStyle('failAfter and failAt raise TimeoutError', function* ({ fn, now, loop }) {
    const body = (ms: number) =>
      fn(function* () {
        yield sleep(ms);
        return 'result';
      });
    assert.equal(yield failAfter(100, body(50)), 'result');
    assert.ok((yield* caught(failAfter(100, body(1000)))) instanceof TimeoutError);
    assert.equal(now(), 150);
    assert.ok((yield* caught(failAt(loop.time() + 50, body(1000)))) instanceof TimeoutError);
    assert.equal(now(), 200);
  });

  inEachStyle('nested, the time that is over first counts', function* ({ fn, now }) {
    const nested = (outer: number, inner: number) =>
      moveOnAfter(
        outer,
        fn(function* () {
          yield failAfter(
            inner,
            fn(function* () {
              yield sleep(1000);
            }),
          );
        }),
      );
    assert.equal(yield nested(10, 20), undefined);
    assert.equal(now(), 10);
    assert.ok((yield* caught(nested(20, 10))) instanceof TimeoutError);
    assert.equal(now(), 20);
    // Both at once: the outer one is cancelled as well, so the error is the outer one's.
    assert.equal(yield nested(10, 10), undefined);
  });

  inEachStyle('a deadline can be moved while the scope is entered', function* ({ fn, loop, now }) {
    const scope = new CancelScope({ deadline: loop.time() + 10 });
    assert.equal(scope.deadline, 10);
    yield scope.run(
      fn(function* () {
        scope.deadline = loop.time() + 100;
        yield sleep(50);
        scope.deadline = Infinity;
        yield sleep(100);
        scope.deadline = loop.time() - 1;
        yield sleep(100);
      }),
    );
    assert.equal(scope.cancelledCaught, true);
    assert.equal(now(), 150);
  });

  inEachStyle('one that has passed counts before the loop has seen it', function* (stage) {
    const { fn, elapse } = stage;
    yield moveOnAfter(
      10,
      fn(function* (scope: CancelScope) {
        elapse(20);
        assert.equal(scope.cancelCalled, true);
        yield sleep(1000);
      }),
    );
    assert.equal(stage.now(), 20);
  });

  inEachStyle('currentEffectiveDeadline is the earliest that reaches in', function* (stage) {
    const { fn } = stage;
    assert.equal(currentEffectiveDeadline(), Infinity);
    yield moveOnAfter(
      100,
      fn(function* (outer: CancelScope) {
        yield moveOnAfter(
          200,
          fn(function* (inner: CancelScope) {
            assert.equal(currentEffectiveDeadline(), 100);
            inner.shield = true;
            assert.equal(currentEffectiveDeadline(), 200);
            inner.shield = false;
            outer.cancel();
            assert.equal(currentEffectiveDeadline(), -Infinity);
          }),
        );
      }),
    );
  });
});
