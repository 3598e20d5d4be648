import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { TimeoutError } from '../../src/errors/timeout-error.ts';
import { GreenletExit } from '../../src/public/greenlet.ts';
import { BlockingSwitchOutError } from '../../src/hub/blocking-switch-out-error.ts';
import { inGreenlet } from '../../src/hub/blocking-fiber.ts';
import { joinAll } from '../../src/hub/join.ts';
import { killAll } from '../../src/hub/kill.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { greenletTest, quietly } from './greenlet-test.ts';

suite('spawn', () => {
  greenletTest('starts in the next turn, in the order of the calls', () => {
    const log: string[] = [];
    const tasks = ['a', 'b', 'c'].map((name) => spawn(() => log.push(name)));
    assert.deepEqual(log, []);
    joinAll(tasks);
    assert.deepEqual(log, ['a', 'b', 'c']);
  });

  greenletTest('passes arguments, and get returns the result', () => {
    assert.equal(spawn((a: number, b: number) => a + b, 20, 22).get(), 42);
  });

  greenletTest('get throws the error of the greenlet', () => {
    const task = quietly(() => {
      throw new RangeError('inside');
    });
    assert.throws(() => task.get(), RangeError);
    assert.equal(task.successful(), false);
  });

  greenletTest('can be awaited by promises too', () => {
    assert.equal(wait(Promise.resolve(spawn(() => 'awaited'))), 'awaited');
  });

  test('works from the main stack, where nothing can block', async () => {
    assert.equal(inGreenlet(), false);
    const task = spawn(() => inGreenlet());
    assert.equal(await task, true);
  });
});

suite('sleep', () => {
  greenletTest('wakes in the order of the times, ties in the order of the calls', (time) => {
    const log: string[] = [];
    joinAll(
      [30, 10, 20, 10].map((ms, index) =>
        spawn(() => {
          sleep(ms);
          log.push(`${index}@${time.now()}`);
        }),
      ),
    );
    assert.deepEqual(log, ['1@10', '3@10', '2@20', '0@30']);
  });

  greenletTest('sleep(0) lets all that are ready go first', () => {
    const log: string[] = [];
    const worker = (name: string): void => {
      for (let i = 0; i < 3; i++) {
        log.push(`${name}${i}`);
        sleep(0);
      }
    };
    joinAll([spawn(worker, 'a'), spawn(worker, 'b')]);
    assert.deepEqual(log, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  });

  test('outside a greenlet it is refused with advice', () => {
    assert.throws(() => sleep(1), BlockingSwitchOutError);
    assert.throws(() => sleep(-1), { code: 'ERR_INVALID_ARGUMENT' });
    assert.throws(() => sleep(NaN), { code: 'ERR_INVALID_ARGUMENT' });
  });

  test('after an await it is refused: that code is on the main stack', async () => {
    let seen: unknown;
    await spawn(() => {
      void (async () => {
        await null;
        try {
          sleep(1);
        } catch (error) {
          seen = error;
        }
      })();
      sleep(0);
      sleep(0);
    });
    assert.ok(seen instanceof BlockingSwitchOutError);
  });
});

suite('join', () => {
  greenletTest('waits for the end and never throws the error', () => {
    const task = quietly(() => {
      sleep(5);
      throw new Error('ignored');
    });
    assert.equal(task.join(), true);
    assert.equal(task.ready(), true);
  });

  greenletTest('gives up after its timeout and leaves the greenlet alone', (time) => {
    const task = spawn(() => sleep(100));
    assert.equal(task.join(10), false);
    assert.equal(time.now(), 10);
    assert.equal(task.ready(), false);
    assert.equal(task.join(), true);
    assert.equal(time.now(), 100);
  });

  greenletTest('joinAll with a timeout returns those that ended', (time) => {
    const tasks = [5, 50, 15].map((ms) => spawn(() => sleep(ms)));
    const ended = joinAll(tasks, { timeout: 20 });
    assert.equal(time.now(), 20);
    assert.deepEqual(ended, [tasks[0], tasks[2]]);
  });
});

suite('kill', () => {
  greenletTest(
    'ends a greenlet where it waits, its finally blocks run, and it is no failure',
    (time) => {
      let cleaned = false;
      const task = spawn(() => {
        try {
          sleep(1000);
        } finally {
          cleaned = true;
        }
      });
      sleep(1);
      task.kill();
      assert.equal(time.now(), 1);
      assert.equal(cleaned, true);
      assert.equal(task.successful(), true);
      assert.ok((task.value as unknown) instanceof GreenletExit);
    },
  );

  greenletTest('one that has not started never does', () => {
    let ran = false;
    const task = spawn(() => (ran = true));
    task.kill();
    sleep(0);
    sleep(0);
    assert.equal(ran, false);
    assert.ok((task.get() as unknown) instanceof GreenletExit);
  });

  greenletTest('with another error that error is the outcome', () => {
    const task = quietly(() => sleep(1000));
    sleep(0);
    task.kill(new RangeError('killed with'));
    assert.throws(() => task.get(), RangeError);
  });

  greenletTest('a killed greenlet may wait in its clean-up; kill waits for its end', (time) => {
    const task = spawn(() => {
      try {
        sleep(1000);
      } finally {
        sleep(7);
      }
    });
    sleep(0);
    task.kill();
    assert.equal(time.now(), 7);
    assert.equal(task.ready(), true);
  });

  greenletTest('without blocking it only asks', () => {
    const task = spawn(() => sleep(1000));
    sleep(0);
    task.kill(undefined, { block: false });
    assert.equal(task.ready(), false);
    task.join();
    assert.equal(task.ready(), true);
  });

  greenletTest('a greenlet that is ready already is killed all the same', () => {
    let after = false;
    const task = spawn(() => {
      sleep(0);
      after = true;
    });
    sleep(0);
    task.kill();
    assert.equal(after, false);
  });

  greenletTest('killing oneself throws at once', () => {
    const task = spawn((): string => {
      task.kill();
      return 'not reached';
    });
    task.join();
    assert.ok((task.value as unknown) instanceof GreenletExit);
  });

  greenletTest('killAll ends all, and complains about those that will not', (time) => {
    const tasks = Array.from({ length: 5 }, () => spawn(() => sleep(1000)));
    sleep(0);
    killAll(tasks);
    assert.ok(tasks.every((task) => task.ready()));
    const stubborn = spawn(() => {
      try {
        sleep(1000);
      } finally {
        sleep(50);
      }
    });
    sleep(0);
    assert.throws(() => killAll([stubborn], undefined, { timeout: 10 }), TimeoutError);
    assert.equal(time.now(), 10);
    stubborn.join();
  });

  greenletTest('cancelling one as a future kills it', () => {
    const task = spawn(() => sleep(1000));
    sleep(0);
    assert.equal(task.cancel(), true);
    task.join();
    assert.equal(task.cancel(), false);
  });
});
