import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { Loop, TimerHandle, VirtualDriver } from '../../src/public/loop.ts';
import { manualLoop, testOnEachDriver } from './each-driver.ts';

suite('a turn', () => {
  testOnEachDriver(
    'runs handles first in, first out, and what they add in the next turn',
    (loop, events) => {
      const add = (name: string, depth: number): void => {
        events.push(name);
        if (depth > 0) loop.callSoon(add, `${name}'`, depth - 1);
      };
      loop.callSoon(add, 'a', 2);
      loop.callSoon(add, 'b', 1);
      loop.callSoon(add, 'c', 0);
    },
    ['a', 'b', 'c', "a'", "b'", "a''"],
  );

  testOnEachDriver(
    'is never begun from inside callSoon',
    (loop, events) => {
      loop.callSoon(() => events.push('ran'));
      events.push('returned');
    },
    ['returned', 'ran'],
  );

  testOnEachDriver(
    'leaves out cancelled handles, also those cancelled by a handle of the same turn',
    (loop, events) => {
      loop.callSoon(() => events.push('a')).cancel();
      loop.callSoon(() => {
        events.push('b');
        c.cancel();
      });
      const c = loop.callSoon(() => events.push('c'));
      loop.callSoon(() => events.push('d'));
    },
    ['b', 'd'],
  );

  testOnEachDriver(
    'takes up due timers in order of time, then of insertion, whatever the order they were set in',
    (loop, events) => {
      const start = loop.time();
      loop.callAt(start + 3, () => events.push('3'));
      loop.callAt(start + 1, () => events.push('1'));
      loop.callAt(start + 2, () => events.push('2 first'));
      loop.callAt(start + 2, () => events.push('2 second'));
    },
    ['1', '2 first', '2 second', '3'],
  );

  testOnEachDriver(
    'takes up a timer of 0 ms that was set in the turn before, behind what was ready',
    (loop, events) => {
      loop.callSoon(() => {
        loop.callLater(0, () => events.push('timer'));
        loop.callSoon(() => events.push('soon'));
        events.push('first');
      });
    },
    ['first', 'soon', 'timer'],
  );

  testOnEachDriver(
    'passes arguments on',
    (loop, events) => {
      loop.callSoon((...all: unknown[]) => events.push(all));
      loop.callSoon((...all: unknown[]) => events.push(all), 1);
      loop.callLater(1, (...all: unknown[]) => events.push(all), 1, 2);
    },
    [[], [1], [1, 2]],
  );

  testOnEachDriver(
    'goes on after a handle that throws, and onError is told the error and the handle',
    (loop, events) => {
      loop.onError = (error, handle) => events.push(error, handle === thrower);
      const thrower = loop.callSoon(() => {
        // oxlint-disable-next-line no-throw-literal
        throw 'oops';
      });
      loop.callSoon(() => events.push('next'));
    },
    ['oops', true, 'next'],
  );

  test('runs exactly what was ready when it began, also when it is interrupted for I/O', () => {
    // A clock on which every look costs more than the budget: one visit for each handle.
    class SlowDriver extends VirtualDriver {
      override now(): number {
        this.elapse(5);
        return super.now();
      }
    }
    const driver = new SlowDriver({ automatic: false });
    const loop = new Loop(driver);
    const events: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      loop.callSoon(() => {
        events.push(name);
        loop.callSoon(() => events.push(`${name}'`));
      });
    }
    let visits = 0;
    while (driver.step()) visits++;
    assert.deepEqual(events, ['a', 'b', 'c', 'd', "a'", "b'", "c'", "d'"]);
    assert.ok(visits >= 4, `${visits} visits`);
  });
});

suite('the loop', () => {
  test('refuses to be run from inside one of its handles', () => {
    const { loop, driver } = manualLoop();
    const errors: unknown[] = [];
    loop.onError = (error) => errors.push(error);
    loop.callSoon(() => loop.run());
    driver.drain();
    assert.equal(errors.length, 1);
    assert.ok(errors[0] instanceof InvalidStateError);
    assert.match(errors[0].message, /already running/);
    assert.equal(loop.running, false);
  });

  test('refuses a time that is no number', () => {
    const { loop } = manualLoop();
    for (const time of [NaN, '5' as unknown as number, undefined as unknown as number]) {
      assert.throws(() => loop.callLater(time, () => {}), InvalidArgumentError);
      assert.throws(() => loop.callAt(time, () => {}), InvalidArgumentError);
    }
    assert.throws(() => loop.callSoon(undefined as unknown as () => void), InvalidArgumentError);
    assert.equal(loop.timerCount, 0);
  });

  test('takes a time in the past for the next turn, the earliest first', () => {
    const { loop, driver } = manualLoop();
    const events: string[] = [];
    const note = (event: string): number => events.push(event);
    loop.callLater(0, note, 'now');
    loop.callLater(-5, note, '-5 ms');
    loop.callAt(-Infinity, note, '-Infinity');
    loop.callSoon(note, 'soon');
    driver.drain();
    assert.deepEqual(events, ['soon', '-Infinity', '-5 ms', 'now']);
    assert.equal(driver.now(), 0);
  });

  test('never calls at Infinity, asks the driver for nothing, and lets it be cancelled', () => {
    const { loop, driver } = manualLoop();
    const events: string[] = [];
    const note = (event: string): number => events.push(event);
    const timers = [
      loop.callLater(Infinity, note, 'never'),
      loop.callAt(Infinity, note, 'nor this'),
    ];
    assert.equal(driver.step(), false);
    loop.callLater(5, note, 'in between');
    driver.drain();
    assert.deepEqual([events, driver.now(), loop.timerCount], [['in between'], 5, 2]);
    for (const timer of timers) timer.cancel();
    assert.deepEqual([driver.step(), loop.timerCount], [false, 0]);
  });

  test('does not count a timer that was cancelled before it was added', () => {
    const { loop, driver } = manualLoop();
    const timer = new TimerHandle(5, () => {}, []);
    timer.cancel();
    loop.addTimer(timer);
    assert.equal(loop.timerCount, 0);
    assert.equal(driver.step(), false);
  });

  test('forgets a timer that was cancelled, so that there is nothing to wait for', () => {
    const { loop, driver } = manualLoop();
    loop.callLater(60_000, () => {}).cancel();
    assert.equal(driver.step(), false);
    assert.equal(driver.now(), 0);
  });

  test('runs promise jobs after each handle, before the next', () => {
    const events: string[] = [];
    const jobs: (() => void)[] = [];
    const { loop, driver } = manualLoop({
      promiseJobs: () => {
        for (const job of jobs.splice(0)) job();
      },
    });
    loop.callSoon(() => {
      events.push('first');
      jobs.push(() => events.push('job of first'));
      jobs.push(() => loop.callSoon(() => events.push('made ready by a job')));
    });
    loop.callSoon(() => events.push('second'));
    driver.step();
    assert.deepEqual(events, ['first', 'job of first', 'second', 'made ready by a job']);
    assert.equal(driver.step(), false);
  });

  test('runs the promise jobs of a handle that cancels itself, too', () => {
    const events: string[] = [];
    const jobs: (() => void)[] = [];
    const { loop, driver } = manualLoop({
      promiseJobs: () => {
        for (const job of jobs.splice(0)) job();
      },
    });
    const first = loop.callSoon(() => {
      first.cancel();
      jobs.push(() => events.push('job of first'));
    });
    const third = loop.callSoon(() => events.push('never'));
    loop.callSoon(() => events.push('fourth'));
    third.cancel();
    assert.deepEqual([first.cancelled, third.cancelled], [false, true]);
    driver.step();
    assert.deepEqual(events, ['job of first', 'fourth']);
    assert.deepEqual([first.cancelled, String(first)], [true, '<CallbackHandle cancelled>']);
  });

  for (const promiseJobs of [undefined, null]) {
    test(`keeps that order ${promiseJobs === null ? 'without' : 'with'} the addon`, async () => {
      const events: string[] = [];
      const loop = new Loop(new VirtualDriver(), promiseJobs === null ? { promiseJobs } : {});
      for (const name of ['first', 'second']) {
        loop.callSoon(() => {
          events.push(name);
          void (async (): Promise<void> => {
            await undefined;
            await undefined;
            events.push(`job of ${name}`);
          })();
        });
      }
      await new Promise<void>((resolve) => loop.callSoon(() => loop.callSoon(resolve)));
      assert.deepEqual(events, ['first', 'job of first', 'second', 'job of second']);
    });
  }
});
