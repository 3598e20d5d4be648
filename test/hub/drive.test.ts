import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { sleep as pause } from '../../src/public/asyncio.ts';
import { coroutine } from '../../src/public/coroutine.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { TimeoutError } from '../../src/errors/timeout-error.ts';
import { Future } from '../../src/future/future.ts';
import { GreenletExit } from '../../src/public/greenlet.ts';
import { inGreenlet } from '../../src/hub/blocking-fiber.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { currentTask } from '../../src/task/current-task.ts';
import { operation } from '../../src/task/operation/operation.ts';
import { Task } from '../../src/task/task.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';

function greenletTest(name: string, body: (time: VirtualTime) => void): void {
  test(name, () => withVirtualTime((time) => main(() => body(time))));
}

const noted = (log: string[], future: Future<string>) =>
  operation(function* (): Generator<Future, string, unknown> {
    try {
      log.push(`got ${yield* future}`);
      return 'result';
    } catch (error) {
      log.push((error as Error).name);
      throw error;
    } finally {
      log.push(inGreenlet() ? 'cleaned up in the greenlet' : 'cleaned up elsewhere');
    }
  })();

suite('a coroutine that a greenlet waits for', () => {
  greenletTest('runs in the greenlet, and parks it where it waits', (time) => {
    const future = new Future<string>();
    time.loop.callLater(7, () => future.setResult('it'));
    const log: string[] = [];
    assert.equal(wait(noted(log, future)), 'result');
    assert.equal(time.now(), 7);
    assert.deepEqual(log, ['got it', 'cleaned up in the greenlet']);
  });

  greenletTest('may be an operation, a generator or a decorated coroutine', (time) => {
    assert.equal(wait(pause(5, 'slept')), 'slept');
    function* plain(): Generator<unknown, string, unknown> {
      yield* pause(5);
      yield;
      return (yield Promise.resolve('promised')) as string;
    }
    assert.equal(wait(plain()), 'promised');
    assert.equal(wait(coroutine(plain)()), 'promised');
    assert.equal(time.now(), 15);
  });

  greenletTest('a yield of nothing lets everything that is ready go first', () => {
    const log: number[] = [];
    const counts = [1, 2].map((n) =>
      spawn(() => {
        for (let i = 0; i < 3; i++) {
          log.push(n);
          wait(pause(0));
        }
      }),
    );
    for (const count of counts) count.join();
    assert.deepEqual(log, [1, 2, 1, 2, 1, 2]);
  });

  greenletTest('is told of a bad yield where it stands', () => {
    function* bad(): Generator<unknown, void, unknown> {
      yield 17;
    }
    assert.throws(() => wait(bad()), { code: 'ERR_BAD_YIELD', message: /17/ });
  });

  greenletTest('cleans up when its greenlet is killed, and the future stays as it is', () => {
    const future = new Future<string>();
    const log: string[] = [];
    const task = spawn(() => wait(noted(log, future)));
    sleep(1);
    task.kill();
    assert.deepEqual(log, ['GreenletExit', 'cleaned up in the greenlet']);
    assert.ok((task.value as unknown) instanceof GreenletExit);
    assert.equal(future.done(), false);
  });

  greenletTest('cleans up when the time is up', (time) => {
    const log: string[] = [];
    assert.throws(() => wait(noted(log, new Future()), { timeout: 5 }), TimeoutError);
    assert.deepEqual(log, ['TimeoutError', 'cleaned up in the greenlet']);
    assert.equal(time.now(), 5);
  });

  greenletTest('is given up at its next wait when a result of the last is under way', (time) => {
    const first = new Future<string>();
    const log: string[] = [];
    function* two(): Generator<Future, void, unknown> {
      log.push(yield* first);
      yield* new Future<void>();
    }
    // In the same turn: first the result, then the end of the time.
    time.loop.callLater(5, () => first.setResult('came'));
    assert.throws(() => wait(two(), { timeout: 5 }), TimeoutError);
    assert.deepEqual(log, ['came']);
    assert.equal(time.now(), 5);
  });

  greenletTest('a limit that came too late is forgotten with the wait', (time) => {
    const first = new Future<string>();
    time.loop.callLater(5, () => first.setResult('came'));
    function* one(): Generator<Future, string, unknown> {
      return yield* first;
    }
    assert.equal(wait(one(), { timeout: 5 }), 'came');
    sleep(1);
    assert.equal(time.now(), 6);
  });

  greenletTest(
    'gives up with the reason of a signal, also one that is aborted meanwhile',
    (time) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      time.loop.callLater(3, () => controller.abort(reason));
      assert.throws(() => wait(pause(10), { signal: controller.signal }), reason);
      assert.throws(() => wait(pause(10), { signal: controller.signal }), reason);
      assert.equal(time.now(), 3);
    },
  );
});

suite('cancelling a greenlet', () => {
  greenletTest('raises CancelledError where it waits, and cancels what it waits for', () => {
    const future = new Future<string>();
    const log: string[] = [];
    const task = spawn(() => wait(noted(log, future)));
    sleep(1);
    assert.equal(task.cancel('enough'), true);
    assert.throws(() => task.get(), { name: 'CancelledError', message: 'enough' });
    assert.deepEqual(log, ['CancelledError', 'cleaned up in the greenlet']);
    assert.ok(future.cancelled() && task.cancelled());
    assert.equal(task.cancel(), false);
  });

  greenletTest('reaches through a task that it waits for', () => {
    const inner = new Task(function* () {
      yield* new Future<void>();
    });
    const task = spawn(() => wait(inner));
    sleep(1);
    task.cancel();
    task.join();
    assert.ok(inner.cancelled() && task.cancelled());
  });

  greenletTest('ends a sleep, and one that has not begun never runs', (time) => {
    const log: string[] = [];
    const asleep = spawn(() => sleep(1000));
    sleep(1);
    const fresh = spawn(() => log.push('ran'));
    asleep.cancel();
    fresh.cancel();
    asleep.join();
    fresh.join();
    assert.ok(asleep.cancelled() && fresh.cancelled());
    assert.deepEqual([time.now(), log], [1, []]);
  });

  greenletTest('by itself ends its next wait, in the next turn', () => {
    const log: string[] = [];
    const future = new Future<void>();
    const task = spawn(() => {
      currentTask()?.cancel();
      log.push(`cancelling ${task.cancelling()}`);
      try {
        wait(future);
      } catch (error) {
        log.push((error as Error).name);
      }
      sleep(1);
      return 'refused';
    });
    assert.equal(task.get(), 'refused');
    assert.deepEqual(log, ['cancelling 1', 'CancelledError']);
    assert.ok(future.cancelled());
  });

  greenletTest('by itself, without another wait, makes it end cancelled', () => {
    const task = spawn(() => {
      currentTask()?.cancel('last');
      return 'lost';
    });
    assert.throws(() => task.get(), { name: 'CancelledError', message: 'last' });
  });

  greenletTest('can be taken back before it is delivered', () => {
    const task = spawn(() => {
      const self = currentTask()!;
      self.cancel();
      assert.equal(self.uncancel(), 0);
      sleep(1);
      return 'goes on';
    });
    assert.equal(task.get(), 'goes on');
  });

  greenletTest('wins over a result that is under way', () => {
    const future = new Future<string>();
    const task = spawn(() => wait(future));
    sleep(1);
    future.setResult('late');
    task.cancel();
    assert.throws(() => task.get(), CancelledError);
  });
});

suite('the current task', () => {
  greenletTest('is the greenlet in a greenlet, also where a task spawned it', () => {
    const names: (string | undefined)[] = [];
    const spawned = new Task(
      async () =>
        await spawn(() => {
          names.push(currentTask()?.name);
          sleep(1);
          names.push(currentTask()?.name);
        }),
    );
    wait(spawned);
    assert.equal(names.length, 2);
    assert.match(names[0]!, /^Greenlet-/);
    assert.equal(names[0], names[1]);
  });

  greenletTest(
    'is the task in a step that was started eagerly, but not for others meanwhile',
    () => {
      const seen: (string | undefined)[] = [];
      const other = spawn(() => seen.push(currentTask()?.name));
      other.name = 'other';
      const eager = new Task(
        function* (): Generator<unknown, void, unknown> {
          seen.push(currentTask()?.name);
          sleep(1);
          seen.push(currentTask()?.name);
        },
        { eagerStart: true, name: 'eager' },
      );
      assert.ok(eager.done());
      assert.deepEqual(seen, ['eager', 'other', 'eager']);
    },
  );

  greenletTest('a task that is cancelled does not reach into a greenlet it has spawned', () => {
    const future = new Future<void>();
    let child: ReturnType<typeof spawn> | undefined;
    const task = new Task(async () => {
      child = spawn(() => wait((async (): Promise<void> => await future)()));
      await pause(100);
    });
    sleep(1);
    task.cancel();
    sleep(1);
    assert.ok(task.cancelled());
    assert.equal(child?.done(), false);
    child?.kill();
  });
});
