import { Task } from '../../src/task/task.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  allTasks,
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  ExceptionGroup,
  Future,
  gather,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
} from '../../src/public/asyncio.ts';
import { GreenletExit } from '../../src/public/greenlet.ts';
import type { Cancellable } from '../../src/task/cancellable.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { caught, inEachStyle, type Stage } from './styles.ts';

const messages = (error: unknown): string[] => {
  assert.ok(error instanceof ExceptionGroup, String(error));
  return error.errors.map((one) => (one as Error).message);
};

/** A child that sleeps, and tells when it is cancelled. */
const sleeper = ({ note }: Stage, name: string, ms: number, cleanup = 0) =>
  function* (): Generator<unknown, string, any> {
    try {
      yield sleep(ms);
      note(`${name} done`);
    } catch (error) {
      if (cleanup > 0) yield sleep(cleanup);
      note(`${name} cancelled`);
      throw error;
    }
    return name;
  };

const failing = (ms: number, message: string) =>
  function* (): Generator<unknown, never, any> {
    yield sleep(ms);
    throw new RangeError(message);
  };

const failingTask = (ms: number, message: string) => async (): Promise<never> => {
  await sleep(ms);
  throw new RangeError(message);
};

suite('TaskGroup', () => {
  inEachStyle('is left when all its tasks are done', function* (stage) {
    const { fn, child, now, events } = stage;
    const tasks: Cancellable[] = [];
    const result = yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        tasks.push(child(group, sleeper(stage, 'a', 20)), child(group, sleeper(stage, 'b', 10)));
        yield sleep(5);
        return 'result';
      }),
    );
    assert.equal(result, 'result');
    assert.deepEqual(events, ['b done @10', 'a done @20']);
    assert.deepEqual(
      tasks.map((task) => task.result()),
      ['a', 'b'],
    );
    assert.equal(now(), 20);
  });

  inEachStyle('without tasks it is left at once', function* ({ fn, now }) {
    const empty = fn(function* () {
      return 5;
    });
    assert.equal(yield TaskGroup.run(empty), 5);
    assert.equal(now(), 0);
  });

  inEachStyle('a task may start others as long as one is left', function* (stage) {
    const { fn, child, events } = stage;
    yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        child(group, function* () {
          yield sleep(10);
          child(group, sleeper(stage, 'grandchild', 10));
        });
      }),
    );
    assert.deepEqual(events, ['grandchild done @20']);
  });

  inEachStyle('the first that fails cancels the others, and the body', function* (stage) {
    const { fn, child, events, note, now } = stage;
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, sleeper(stage, 'a', 1000, 5));
          child(group, failing(10, 'first'));
          try {
            yield sleep(1000);
          } catch (raised) {
            note((raised as Error).name);
            throw raised;
          }
        }),
      ),
    );
    assert.equal(error.message, 'unhandled errors in a TaskGroup (1 sub-exception)');
    assert.deepEqual(messages(error), ['first']);
    assert.deepEqual(events.toSorted(), ['CancelledError @10', 'a cancelled @15']);
    assert.equal(currentTask()?.cancelling(), 0);
    yield sleep(1);
    assert.equal(now(), 16);
  });

  inEachStyle('failures of the cleanup join the group, in order', function* (stage) {
    const { fn, child } = stage;
    const cleaning = (ms: number, message: string) =>
      function* (): Generator<unknown, void, any> {
        try {
          yield sleep(1000);
        } finally {
          yield sleep(ms);
          throw new RangeError(message);
        }
      };
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, cleaning(20, 'third'));
          child(group, cleaning(10, 'second'));
          child(group, failing(10, 'first'));
        }),
      ),
    );
    assert.deepEqual(messages(error), ['first', 'second', 'third']);
  });

  inEachStyle('an error of the body cancels all, and joins the group last', function* (stage) {
    const { fn, child, events } = stage;
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, sleeper(stage, 'a', 1000));
          child(group, function* () {
            try {
              yield sleep(1000);
            } finally {
              throw new RangeError('of a child');
            }
          });
          yield sleep(10);
          throw new RangeError('of the body');
        }),
      ),
    );
    assert.deepEqual(messages(error), ['of a child', 'of the body']);
    assert.deepEqual(events, ['a cancelled @10']);
  });

  inEachStyle('a task that is cancelled by itself is no failure', function* (stage) {
    const { fn, child, events } = stage;
    yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        const task = child(group, sleeper(stage, 'a', 1000));
        child(group, sleeper(stage, 'b', 20));
        yield sleep(10);
        task.cancel();
      }),
    );
    assert.deepEqual(events, ['a cancelled @10', 'b done @20']);
  });

  for (const where of ['body', 'exit'] as const) {
    inEachStyle(`cancelled in its ${where}, it cancels all and ends cancelled`, function* (stage) {
      const { fn, child, start, events, now } = stage;
      const task = start(function* () {
        yield TaskGroup.run(
          fn(function* (group: TaskGroup) {
            child(group, sleeper(stage, 'a', 1000, 5));
            child(group, sleeper(stage, 'b', 1000));
            if (where === 'body') yield sleep(1000);
          }),
        );
      });
      yield sleep(10);
      task.cancel();
      assert.ok((yield* caught(task)) instanceof CancelledError);
      assert.equal(task.cancelled(), true);
      assert.deepEqual(events, ['b cancelled @10', 'a cancelled @15']);
      assert.equal(now(), 15);
    });

    inEachStyle(
      `cancelled in its ${where} while a child fails, the failure comes first and the request next`,
      function* (stage) {
        const { fn, child, start, note, events } = stage;
        const task = start(function* () {
          const error = yield* caught(
            TaskGroup.run(
              fn(function* (group: TaskGroup) {
                child(group, function* () {
                  try {
                    yield sleep(1000);
                  } finally {
                    yield sleep(5);
                    throw new RangeError('while cleaning up');
                  }
                });
                if (where === 'body') yield sleep(1000);
              }),
            ),
          );
          note(messages(error).join());
          assert.equal(currentTask()?.cancelling(), 1);
          try {
            yield sleep(1000);
          } catch (raised) {
            note((raised as Error).name);
            throw raised;
          }
        });
        yield sleep(10);
        task.cancel();
        assert.ok((yield* caught(task)) instanceof CancelledError);
        assert.deepEqual(events, ['while cleaning up @15', 'CancelledError @15']);
      },
    );
  }

  inEachStyle(
    'a request from before it that nobody took back is raised after its failure once more',
    function* (stage) {
      const { fn, child, start, note, events } = stage;
      const task = start(function* () {
        note((yield* caught(sleep(1000))).name);
        const group = TaskGroup.run(
          fn(function* (group: TaskGroup) {
            child(group, function* () {
              throw new RangeError('oops');
            });
            yield sleep(1000);
          }),
        );
        note(messages(yield* caught(group)).join());
        assert.equal(currentTask()?.cancelling(), 1);
        note((yield* caught(sleep(1000))).name);
        yield sleep(5);
        note('goes on');
      });
      yield sleep(10);
      task.cancel();
      yield task;
      assert.deepEqual(events, [
        'CancelledError @10',
        'oops @10',
        'CancelledError @10',
        'goes on @15',
      ]);
    },
  );

  inEachStyle('cancelled twice, it still waits for all', function* (stage) {
    const { fn, child, start, events } = stage;
    const task = start(function* () {
      yield TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, sleeper(stage, 'a', 1000, 20));
        }),
      );
    });
    yield sleep(10);
    task.cancel();
    yield sleep(10);
    task.cancel();
    assert.ok((yield* caught(task)) instanceof CancelledError);
    assert.deepEqual(events, ['a cancelled @30']);
    assert.equal(task.cancelling(), 2);
  });

  inEachStyle('a failure and a cancellation in the same turn, both orders', function* (stage) {
    const { fn, child, start, loop } = stage;
    for (const order of ['failure first', 'cancellation first']) {
      const future = new Future<void>();
      const task = start(function* () {
        const error = yield* caught(
          TaskGroup.run(
            fn(function* (group: TaskGroup) {
              child(group, function* () {
                yield future;
              });
              yield sleep(1000);
            }),
          ),
        );
        // Cancelled first, the child has no chance to fail.
        if (order === 'failure first') assert.deepEqual(messages(error), ['failed']);
        else assert.ok(error instanceof CancelledError || error instanceof ExceptionGroup);
        yield sleep(1000);
      });
      yield sleep(1);
      const fail = (): void => {
        if (!future.done()) future.setException(new RangeError('failed'));
      };
      const cancel = (): void => {
        task.cancel();
      };
      for (const step of order === 'failure first' ? [fail, cancel] : [cancel, fail])
        loop.callSoon(step);
      yield sleep(1);
      if (!task.done()) task.cancel();
      assert.ok((yield* caught(task)) instanceof CancelledError, order);
    }
  });

  inEachStyle('nested, the inner failure is a member of the outer', function* (stage) {
    const { fn, child, events } = stage;
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (outer: TaskGroup) {
          child(outer, sleeper(stage, 'of the outer', 1000));
          yield TaskGroup.run(
            fn(function* (inner: TaskGroup) {
              child(inner, sleeper(stage, 'of the inner', 1000));
              child(inner, failing(10, 'deep'));
              yield sleep(1000);
            }),
          );
        }),
      ),
    );
    assert.deepEqual(messages(error), ['unhandled errors in a TaskGroup (1 sub-exception)']);
    assert.deepEqual(messages(error.errors[0]), ['deep']);
    assert.deepEqual(events, ['of the inner cancelled @10', 'of the outer cancelled @10']);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('a failure of the outer cancels the inner through its body', function* (stage) {
    const { fn, child, events } = stage;
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (outer: TaskGroup) {
          child(outer, failing(10, 'of the outer'));
          yield TaskGroup.run(
            fn(function* (inner: TaskGroup) {
              child(inner, sleeper(stage, 'of the inner', 1000));
            }),
          );
        }),
      ),
    );
    assert.deepEqual(messages(error), ['of the outer']);
    assert.deepEqual(events, ['of the inner cancelled @10']);
  });

  inEachStyle('a timeout around it cancels it, and is a timeout', function* (stage) {
    const { fn, child, events } = stage;
    const group = fn(function* () {
      yield TaskGroup.run(
        fn(function* (inner: TaskGroup) {
          child(inner, sleeper(stage, 'a', 1000));
        }),
      );
    });
    assert.ok((yield* caught(timeout(10, group))) instanceof TimeoutError);
    assert.deepEqual(events, ['a cancelled @10']);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('an abort cancels it, and its reason is raised', function* (stage) {
    const { fn, child, loop, events } = stage;
    const controller = new AbortController();
    loop.callLater(10, () => controller.abort('enough'));
    const body = fn(function* (group: TaskGroup) {
      child(group, sleeper(stage, 'a', 1000, 5));
      yield sleep(1);
    });
    assert.equal(yield* caught(TaskGroup.run(body, { signal: controller.signal })), 'enough');
    assert.deepEqual(events, ['a cancelled @15']);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('refuses tasks when it is not open, and closes their coroutines', function* (stage) {
    const { fn, child } = stage;
    let ran = false;
    const body = coroutine(function* () {
      ran = true;
    });
    const refused = (group: TaskGroup, message: RegExp): void => {
      const work = body();
      assert.throws(() => group.createTask(work), { code: 'ERR_INVALID_STATE', message });
      assert.equal(work.state, 'closed');
    };
    const group = new TaskGroup();
    refused(group, /has not been entered/);
    yield group.run(
      fn(function* () {
        child(group, function* () {
          yield sleep(1);
        });
      }),
    );
    refused(group, /is finished/);
    assert.match((yield* caught(group.run(body))).message, /entered already/);
    const shutting = new TaskGroup();
    yield* caught(
      shutting.run(
        fn(function* () {
          child(shutting, function* () {
            try {
              yield sleep(1000);
            } finally {
              refused(shutting, /is shutting down/);
            }
          });
          child(shutting, failing(1, 'failed'));
        }),
      ),
    );
    assert.equal(ran, false);
  });

  test('is for code in a task', async () => {
    assert.throws(() => TaskGroup.open(), { code: 'ERR_INVALID_STATE' });
    assert.throws(() => TaskGroup.run(5 as never), { code: 'ERR_INVALID_ARGUMENT' });
  });

  for (const [what, cancels] of [
    ['its group', (group: TaskGroup): void => group.cancel()],
    ['the task of its group', (_group: TaskGroup, whole: Cancellable): void => void whole.cancel()],
  ] as const)
    test(`an eager task whose first step cancels ${what} is cancelled with it`, () =>
      withVirtualTime(async () => {
        const log: string[] = [];
        const running = new Task(() =>
          TaskGroup.run(async (group) => {
            group.createTask(
              async () => {
                cancels(group, running);
                try {
                  await new Future();
                } catch (error) {
                  log.push((error as Error).name);
                  throw error;
                }
              },
              { eagerStart: true, name: 'eager' },
            );
            await sleep(1);
          }),
        );
        await running.catch((error) => log.push(`group: ${(error as Error).name}`));
        assert.deepEqual(
          log,
          what === 'its group' ? ['CancelledError'] : ['CancelledError', 'group: CancelledError'],
        );
      }));

  test('its tasks may have a name, and may start eagerly', () =>
    withVirtualTime(async () => {
      const error = await TaskGroup.run(async (group) => {
        const task = group.createTask(async () => currentTask()?.name, { name: 'mine' });
        assert.equal(await task, 'mine');
        const eager = group.createTask(
          () => {
            throw new RangeError('at once');
          },
          { eagerStart: true },
        );
        assert.equal(eager.done(), true);
        // It is noticed in the next turn: this step is not disturbed.
        assert.equal(currentTask()?.cancelling(), 0);
        await sleep(1000);
      }).catch((reason: unknown) => reason);
      assert.deepEqual(messages(error), ['at once']);
    }));

  test('its tasks are gone when it is left', () =>
    withVirtualTime(async () => {
      await TaskGroup.run(async (group) => {
        for (let i = 0; i < 10; i++) group.createTask(async () => sleep(i));
      });
      assert.equal(allTasks().size, 0);
    }));

  test('the signal of the group is aborted when it is cancelled', () =>
    withVirtualTime(async ({ now }) => {
      const group = TaskGroup.run(async (inner) => {
        inner.createTask(failingTask(10, 'failed'));
        await new Promise((_resolve, reject) => {
          inner.signal.addEventListener('abort', () => reject(inner.signal.reason as Error));
        });
      });
      await rejects(group, ExceptionGroup);
      assert.equal(now(), 10);
    }));

  test('two of them side by side in one async function do not touch each other', () =>
    withVirtualTime(async () => {
      await createTask(async () => {
        const [failed, other] = await Promise.allSettled([
          TaskGroup.run(async (group) => {
            group.createTask(failingTask(10, 'failed'));
            await sleep(1000);
          }),
          TaskGroup.run(async (group) => {
            group.createTask(async () => sleep(50));
            return 'undisturbed';
          }),
        ]);
        assert.equal(failed.status, 'rejected');
        assert.equal((other as PromiseFulfilledResult<string>).value, 'undisturbed');
      });
    }));

  test('a coroutine that is closed in the body, or at its end, cancels the tasks', () =>
    withVirtualTime(async () => {
      for (const where of ['body', 'end']) {
        let child: Cancellable | undefined;
        const work = coroutine(function* () {
          yield* TaskGroup.run(function* (group) {
            child = group.createTask(async () => sleep(1000));
            if (where === 'body') yield* new Future<void>();
          });
        })();
        await createTask(function* () {
          work.next();
          work.close();
          yield;
          yield;
        });
        assert.equal(work.state, 'closed');
        assert.equal(child?.cancelled(), true);
      }
    }));

  test('a generator that is given up in the body cancels the tasks', () =>
    withVirtualTime(async () => {
      let child: Cancellable | undefined;
      const steps = (function* (): Generator<unknown, void, unknown> {
        yield* TaskGroup.run(function* (group) {
          child = group.createTask(async () => sleep(1000));
          yield* new Future<void>();
        });
      })();
      await createTask(function* () {
        steps.next();
        steps.return();
        yield;
        yield;
      });
      assert.equal(child?.cancelled(), true);
    }));
});

suite('TaskGroup.cancel', () => {
  inEachStyle('ends all, the body too, without an error', function* (stage) {
    const { fn, child, events, note, now } = stage;
    const result = yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        child(group, sleeper(stage, 'a', 1000, 5));
        child(group, function* () {
          yield sleep(10);
          group.cancel();
          group.cancel();
        });
        try {
          yield sleep(1000);
        } finally {
          note('body cancelled');
        }
        return 'not reached';
      }),
    );
    assert.equal(result, undefined);
    assert.deepEqual(events.toSorted(), ['a cancelled @15', 'body cancelled @10']);
    assert.equal(currentTask()?.cancelling(), 0);
    yield sleep(1);
    assert.equal(now(), 16);
  });

  inEachStyle('by the body itself, which may return a result', function* (stage) {
    const { fn, child, events } = stage;
    const result = yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        child(group, sleeper(stage, 'a', 1000));
        yield sleep(5);
        group.cancel();
        return 'result';
      }),
    );
    assert.equal(result, 'result');
    assert.deepEqual(events, ['a cancelled @5']);
    yield sleep(1);
  });

  inEachStyle('while it is left', function* (stage) {
    const { fn, child, now } = stage;
    const result = yield TaskGroup.run(
      fn(function* (group: TaskGroup) {
        child(group, sleeper(stage, 'a', 1000));
        child(group, function* () {
          yield sleep(10);
          group.cancel();
        });
        return 'result';
      }),
    );
    assert.equal(result, 'result');
    assert.equal(now(), 10);
    assert.equal(currentTask()?.cancelling(), 0);
  });

  inEachStyle('before it is entered, when it is; after it is left, not at all', function* (stage) {
    const { fn, now } = stage;
    const group = new TaskGroup();
    group.cancel();
    const body = fn(function* () {
      yield sleep(1000);
      return 'not reached';
    });
    assert.equal(yield group.run(body), undefined);
    assert.equal(now(), 0);
    group.cancel();
    yield sleep(1);
    assert.equal(now(), 1);
  });

  inEachStyle('failures of the cleanup are raised all the same', function* (stage) {
    const { fn, child } = stage;
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, function* () {
            try {
              yield sleep(1000);
            } finally {
              throw new RangeError('while cleaning up');
            }
          });
          yield sleep(1);
          group.cancel();
        }),
      ),
    );
    assert.deepEqual(messages(error), ['while cleaning up']);
  });

  inEachStyle('a cancellation from outside in the same turn is not swallowed', function* (stage) {
    const { fn, child, start } = stage;
    for (const order of ['group first', 'outside first']) {
      let group!: TaskGroup;
      const task = start(function* () {
        yield TaskGroup.run(
          fn(function* (given: TaskGroup) {
            group = given;
            child(group, sleeper(stage, 'a', 1000, 5));
          }),
        );
      });
      yield sleep(10);
      if (order === 'group first') group.cancel();
      task.cancel();
      if (order === 'outside first') group.cancel();
      assert.ok((yield* caught(task)) instanceof CancelledError, order);
    }
  });
});

suite('TaskGroup.open, for `await using`', () => {
  test('waits for all at the end of the block', () =>
    withVirtualTime(async ({ now }) => {
      await createTask(async () => {
        const group = TaskGroup.open();
        group.createTask(async () => sleep(20));
        await sleep(5);
        await group[Symbol.asyncDispose]();
        assert.equal(now(), 20);
        await group[Symbol.asyncDispose]();
      });
    }));

  test('a task that fails cancels the block, and the end of the block raises the group', () =>
    withVirtualTime(async () => {
      await createTask(async () => {
        const group = TaskGroup.open();
        group.createTask(failingTask(10, 'failed'));
        await rejects(sleep(1000), CancelledError);
        await assert.rejects(group[Symbol.asyncDispose](), (error) => {
          assert.deepEqual(messages(error), ['failed']);
          return true;
        });
        assert.equal(currentTask()?.cancelling(), 0);
        await sleep(1);
      });
    }));

  test('a block that is cancelled from outside cancels the tasks', () =>
    withVirtualTime(async ({ now }) => {
      const task = createTask(async () => {
        const group = TaskGroup.open();
        group.createTask(async () => sleep(1000));
        try {
          await sleep(1000);
        } finally {
          await group[Symbol.asyncDispose]();
        }
      });
      await sleep(10);
      task.cancel();
      await rejects(task, CancelledError);
      assert.equal(now(), 10);
    }));

  test('an error of the block is not known to it: the tasks are waited for', () =>
    withVirtualTime(async ({ now }) => {
      const task = createTask(async () => {
        const group = TaskGroup.open();
        group.createTask(async () => sleep(20));
        try {
          throw new RangeError('of the block');
        } finally {
          await group[Symbol.asyncDispose]();
        }
      });
      await rejects(task, /of the block/);
      assert.equal(now(), 20);
    }));
});

suite('TaskGroup and greenlets', () => {
  inEachStyle('a GreenletExit of the body leaves as it is', function* (stage) {
    const { fn, child, events } = stage;
    const exit = new GreenletExit();
    const error = yield* caught(
      TaskGroup.run(
        fn(function* (group: TaskGroup) {
          child(group, sleeper(stage, 'a', 1000));
          yield sleep(1);
          throw exit;
        }),
      ),
    );
    assert.equal(error, exit);
    assert.deepEqual(events, ['a cancelled @1']);
  });

  test('gather in a group', () =>
    withVirtualTime(async () => {
      const results = await TaskGroup.run(async (group) =>
        gather([1, 2, 3].map((n) => group.createTask(async () => sleep(n, n)))),
      );
      assert.deepEqual(results, [1, 2, 3]);
    }));
});
