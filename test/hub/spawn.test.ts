import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { getCurrent, Greenlet, GreenletExit } from '../../src/public/greenlet.ts';
import { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { joinAll } from '../../src/hub/join.ts';
import { kill, killAll } from '../../src/hub/kill.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn, spawnLater, spawnRaw } from '../../src/hub/spawn.ts';
import { greenletTest, quietly, reportsOf } from './greenlet-test.ts';

suite('spawnLater', () => {
  greenletTest('starts after its time, not before', (time) => {
    const log: string[] = [];
    const task = spawnLater(50, (name: string) => log.push(`${name}@${time.now()}`), 'late');
    assert.deepEqual([task.started, task.active, task.ready()], [true, true, false]);
    sleep(49);
    assert.deepEqual(log, []);
    task.join();
    assert.deepEqual(log, ['late@50']);
  });

  greenletTest('killed before that, it never runs and leaves no timer', (time) => {
    const timers = time.loop.timerCount;
    const task = spawnLater(50, () => assert.fail('ran'));
    task.kill();
    assert.equal(time.loop.timerCount, timers);
    assert.ok((task.get() as unknown) instanceof GreenletExit);
    assert.equal(time.now(), 0);
  });

  greenletTest('starting twice, by whatever way, runs it once', () => {
    let runs = 0;
    const task = new GreenletTask(() => ++runs);
    task.startLater(5).start().startLater(1);
    assert.equal(task.join(), true);
    task.start();
    sleep(10);
    assert.equal(runs, 1);
  });
});

suite('spawnRaw', () => {
  greenletTest('runs it in a plain greenlet, whose parent is the main one', () => {
    const seen: unknown[] = [];
    const greenlet = spawnRaw((a: number, b: number) => seen.push(getCurrent(), a + b), 20, 22);
    assert.ok(greenlet instanceof Greenlet);
    assert.equal(greenlet.parent, Greenlet.main);
    assert.equal(greenlet.started, false);
    sleep(0);
    assert.deepEqual(seen, [greenlet, 42]);
    assert.equal(greenlet.dead, true);
  });

  greenletTest('its error is reported, and harms nobody, also after it has waited', () => {
    const reports = reportsOf(() => {
      spawnRaw(() => {
        throw new RangeError('at once');
      });
      spawnRaw(() => {
        sleep(1);
        throw new RangeError('later');
      });
      sleep(2);
    });
    assert.deepEqual(reports, [
      'RangeError: at once in a raw greenlet',
      'RangeError: later in a raw greenlet',
    ]);
  });

  greenletTest('started by a switch before its turn, it runs once', () => {
    const log: string[] = [];
    const greenlet = spawnRaw(() => void log.push('ran'));
    const switcher = new Greenlet(() => greenlet.switch(), Greenlet.main);
    spawn(() => switcher.switch());
    sleep(1);
    assert.deepEqual(log, ['ran']);
  });
});

suite('a subclass', () => {
  class Summer extends GreenletTask<number> {
    readonly #from: number;
    readonly #to: number;

    constructor(from: number, to: number) {
      super();
      this.#from = from;
      this.#to = to;
    }

    protected override run(): number {
      let sum = 0;
      for (let n = this.#from; n <= this.#to; n++) sum += n;
      sleep(1);
      return sum;
    }
  }

  greenletTest('runs its method, and its class can spawn it', () => {
    const summer = Summer.spawn(1, 100);
    assert.ok(summer instanceof Summer);
    assert.equal(summer.get(), 5050);
    assert.equal(GreenletTask.spawn(() => 'plain').get(), 'plain');
  });

  test('without a function or a method it is refused when it is made', () => {
    assert.throws(() => new GreenletTask(), { code: 'ERR_INVALID_ARGUMENT' });
  });
});

suite('what a spawned greenlet tells', () => {
  greenletTest('started, active, dead, ready, successful, value and error, over its life', () => {
    const state = (task: GreenletTask): unknown[] => [
      task.started,
      task.active,
      task.dead,
      task.ready(),
      task.successful(),
      task.value,
      task.error,
    ];
    const task = new GreenletTask(() => {
      sleep(1);
      return 'v';
    });
    assert.deepEqual(state(task), [false, false, false, false, false, undefined, undefined]);
    task.start();
    assert.deepEqual(state(task), [true, true, false, false, false, undefined, undefined]);
    sleep(0);
    assert.deepEqual(state(task), [true, true, false, false, false, undefined, undefined]);
    task.join();
    assert.deepEqual(state(task), [true, false, true, true, true, 'v', undefined]);
    const error = new RangeError('no');
    const failing = quietly(() => {
      throw error;
    });
    failing.join();
    assert.deepEqual(state(failing), [true, false, true, true, false, undefined, error]);
  });

  greenletTest(
    'an uncaught error is reported once, at once, with the name, and kept for get',
    () => {
      let task!: GreenletTask;
      const reports = reportsOf(() => {
        task = spawn(() => {
          throw new TypeError('oops');
        });
        task.name = 'unlucky';
        sleep(1);
      });
      assert.deepEqual(reports, ['TypeError: oops in unlucky']);
      assert.throws(() => task.get(), TypeError);
      assert.throws(() => task.get(), TypeError);
    },
  );

  greenletTest('names are numbered, and can be set', () => {
    const [a, b] = [spawn(() => {}), spawn(() => {})];
    const number = Number(/^Greenlet-(\d+)$/.exec(a.name)![1]);
    assert.equal(b.name, `Greenlet-${number + 1}`);
    b.name = 'b';
    assert.equal(b.name, 'b');
  });

  greenletTest('its function has no this, and gets the arguments', () => {
    const task = spawn(
      function (this: unknown, ...args: number[]) {
        return [this, ...args];
      },
      1,
      2,
    );
    assert.deepEqual(task.get(), [undefined, 1, 2]);
  });

  greenletTest('get without blocking is a timeout while it has not ended', (time) => {
    const task = spawn(() => (sleep(5), 'there'));
    assert.throws(() => task.get({ block: false }), { code: 'ERR_TIMEOUT' });
    assert.throws(() => task.get({ timeout: 3 }), { code: 'ERR_TIMEOUT' });
    assert.equal(time.now(), 3);
    assert.equal(task.get(), 'there');
    assert.equal(task.get({ block: false }), 'there');
  });
});

suite('kill', () => {
  greenletTest('takes greenlets of either kind', () => {
    const log: string[] = [];
    const sleeper = (name: string) => (): void => {
      try {
        sleep(1000);
      } finally {
        log.push(`${name} ended`);
      }
    };
    const raw = spawnRaw(sleeper('raw'));
    const task = spawn(sleeper('task'));
    const switched = new Greenlet(() => {
      try {
        Greenlet.main.switch();
      } finally {
        log.push('switched ended');
      }
    }, Greenlet.main);
    const unstarted = spawnRaw(() => log.push('never'));
    spawn(() => switched.switch());
    kill(unstarted);
    sleep(0);
    killAll(new Set([raw, task, switched]));
    sleep(0);
    assert.deepEqual(log.toSorted(), ['raw ended', 'switched ended', 'task ended']);
    assert.deepEqual(
      [raw.dead, task.dead, switched.dead, unstarted.dead],
      [true, true, true, true],
    );
  });

  greenletTest('a subclass of Error stands for an instance of it', () => {
    const task = quietly(() => sleep(1000));
    sleep(0);
    task.kill(RangeError);
    assert.ok(task.error instanceof RangeError);
  });

  greenletTest('reaches one that stands in a switch to another greenlet', () => {
    const log: string[] = [];
    const other = new Greenlet(() => {
      sleep(50);
      log.push('other goes on');
    }, Greenlet.main);
    const task = spawn(() => {
      try {
        other.switch();
      } finally {
        log.push('unwound');
      }
    });
    sleep(1);
    task.kill();
    assert.equal(task.dead, true);
    sleep(100);
    assert.deepEqual(log, ['unwound', 'other goes on']);
  });

  greenletTest(
    'never throws what the victim ends with, and gives up waiting after its timeout',
    (time) => {
      const stubborn = quietly(() => {
        try {
          sleep(1000);
        } catch {
          sleep(20);
          throw new RangeError('at the end');
        }
      });
      sleep(0);
      stubborn.kill(undefined, { timeout: 5 });
      assert.equal(time.now(), 5);
      assert.equal(stubborn.ready(), false);
      stubborn.kill();
      assert.ok(stubborn.error instanceof GreenletExit === false);
      joinAll([stubborn]);
    },
  );

  greenletTest('of many, of which one is no greenlet, kills none', () => {
    const task = spawn(() => 'alive');
    assert.throws(() => killAll([task, {} as never]), { code: 'ERR_INVALID_ARGUMENT' });
    assert.throws(() => kill(5 as never), { code: 'ERR_INVALID_ARGUMENT' });
    assert.equal(task.get(), 'alive');
  });
});
