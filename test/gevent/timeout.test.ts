import assert from 'node:assert/strict';
import { suite } from 'node:test';

import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { TimeoutError } from '../../src/errors/timeout-error.ts';
import { Future } from '../../src/future/future.ts';
import { Timeout, withTimeout } from '../../src/public/gevent.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { Queue } from '../../src/public/sync.ts';
import { greenletTest, quietly } from '../hub/greenlet-test.ts';

function raisedBy(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}

suite('Timeout', () => {
  greenletTest('raises itself where the greenlet waits, when its time is up', (time) => {
    const timeout = Timeout.startNew(50);
    assert.equal(timeout.pending, true);
    assert.equal(
      raisedBy(() => sleep(1000)),
      timeout,
    );
    assert.deepEqual([time.now(), timeout.pending], [50, false]);
    assert.ok(timeout instanceof TimeoutError);
    assert.equal(timeout.message, 'Timed out after 50 ms');
    sleep(1000);
    assert.equal(time.now(), 1050);
  });

  greenletTest('raises at any depth, and in any wait', () => {
    const waits: (() => unknown)[] = [
      () => wait(new Future()),
      () => wait(new Promise(() => {})),
      () => wait(new Queue().get()),
      () => spawn(() => sleep(500)).get(),
      () => spawn(() => sleep(500)).join(),
      () => [2, 1].sort(() => (sleep(500), 0)),
    ];
    for (const waits1 of waits)
      assert.ok(raisedBy(() => Timeout.run(5, waits1)) instanceof Timeout);
  });

  greenletTest('raises in the greenlet that started it, and in no other', (time) => {
    const events: string[] = [];
    const limited = quietly(() => {
      Timeout.startNew(20);
      try {
        sleep(100);
      } finally {
        events.push(`limited ${time.now()}`);
      }
    });
    const other = spawn(() => {
      sleep(40);
      events.push(`other ${time.now()}`);
    });
    other.get();
    assert.ok(limited.exception() instanceof Timeout);
    assert.deepEqual(events, ['limited 20', 'other 40']);
  });

  greenletTest('null is never', (time) => {
    const timeout = Timeout.startNew(null);
    sleep(1e6);
    assert.deepEqual([time.now(), timeout.pending], [1e6, false]);
    assert.equal(
      Timeout.run(null, () => 'done'),
      'done',
    );
  });

  greenletTest('does not raise once it is closed, and may be started again', (time) => {
    const timeout = Timeout.startNew(20);
    timeout.close();
    sleep(50);
    timeout.start();
    assert.throws(() => timeout.start(), InvalidStateError);
    timeout.cancel();
    timeout.start();
    assert.equal(
      raisedBy(() => sleep(100)),
      timeout,
    );
    assert.equal(time.now(), 70);
  });

  greenletTest(
    'whose time is up before the next wait raises there, unless it was closed',
    (time) => {
      const timeout = Timeout.startNew(10);
      time.elapse(30);
      sleep(0); // its time was up, but this had come
      const late = Timeout.startNew(10);
      time.elapse(30);
      late.close();
      assert.equal(
        raisedBy(() => sleep(5)),
        timeout,
      );
      sleep(5);
    },
  );

  greenletTest('raises what it is given instead: an error, a class, a text', () => {
    const error = new RangeError('mine');
    const wait1 = (): void => sleep(100);
    assert.equal(
      raisedBy(() => Timeout.run(5, wait1, error)),
      error,
    );
    assert.ok(raisedBy(() => Timeout.run(5, wait1, SyntaxError)) instanceof SyntaxError);
    const timeout = raisedBy(() => Timeout.run(5, wait1, 'too slow'));
    assert.ok(timeout instanceof Timeout);
    assert.equal(timeout.message, 'too slow');
  });

  greenletTest('refuses times that are none', () => {
    assert.throws(() => new Timeout(-1), InvalidArgumentError);
    assert.throws(() => new Timeout(NaN), InvalidArgumentError);
    assert.throws(() => Timeout.run(5, 'x' as never), InvalidArgumentError);
  });
});

suite('Timeout.run', () => {
  greenletTest('returns what its function returns, and is over then', (time) => {
    assert.equal(
      Timeout.run(50, (timeout) => (sleep(20), timeout.pending)),
      true,
    );
    sleep(100);
    assert.equal(time.now(), 120);
  });

  greenletTest('with false keeps its own timeout to itself, and no other', () => {
    assert.equal(
      Timeout.run(5, () => (sleep(100), 'late'), false),
      undefined,
    );
    const inner = new Timeout(5);
    const raised = raisedBy(() =>
      Timeout.run(
        50,
        () => {
          inner.start();
          sleep(100);
        },
        false,
      ),
    );
    assert.equal(raised, inner);
  });

  greenletTest(
    'nested: the one whose time is up first is raised, and each is told apart',
    (time) => {
      const events: unknown[] = [];
      const outer = Timeout.startNew(30);
      const inner = raisedBy(() => Timeout.run(10, () => sleep(100)));
      events.push(inner instanceof Timeout && inner !== outer, time.now());
      events.push(raisedBy(() => Timeout.run(50, () => sleep(100))) === outer, time.now());
      assert.deepEqual(events, [true, 10, true, 30]);
    },
  );

  greenletTest('of two whose times are up at once neither is lost', (time) => {
    const [first, second] = [Timeout.startNew(10), Timeout.startNew(10)];
    assert.equal(
      raisedBy(() => sleep(100)),
      first,
    );
    assert.equal(
      raisedBy(() => sleep(100)),
      second,
    );
    assert.equal(time.now(), 10);
  });
});

suite('withTimeout', () => {
  greenletTest('returns the result, the value for the timeout, or throws it', () => {
    assert.equal(
      withTimeout(50, () => (sleep(5), 'in time')),
      'in time',
    );
    assert.equal(
      withTimeout(5, () => (sleep(50), 'late'), { timeoutValue: null }),
      null,
    );
    assert.ok(raisedBy(() => withTimeout(5, () => sleep(50))) instanceof Timeout);
    const error = new Error('its own');
    const fail = (): never => {
      throw error;
    };
    assert.equal(
      raisedBy(() => withTimeout(5, fail, { timeoutValue: 1 })),
      error,
    );
  });
});
