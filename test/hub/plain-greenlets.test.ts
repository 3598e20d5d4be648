import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { getCurrent, Greenlet, GreenletError, GreenletExit } from '../../src/public/greenlet.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn, spawnRaw } from '../../src/hub/spawn.ts';
import { programPasses } from '../programs/run-program.ts';
import { greenletTest, reportsOf } from './greenlet-test.ts';

suite('a greenlet that waits in the hub', () => {
  greenletTest('is not to be switched to: only what it waits for resumes it', (time) => {
    const log: string[] = [];
    let sleeper!: Greenlet;
    spawn(() => {
      sleeper = getCurrent();
      sleep(10);
      log.push(`woken@${time.now()}`);
    });
    sleep(1);
    assert.throws(
      () => sleeper.switch('value'),
      (error: unknown) => {
        assert.ok(error instanceof GreenletError);
        assert.match(error.message, /sleep\(10\)/);
        return true;
      },
    );
    sleep(20);
    assert.deepEqual(log, ['woken@10']);
  });

  greenletTest('gets what is thrown in it in the next turn, and its wait is taken back', (time) => {
    const log: string[] = [];
    const timers = time.loop.timerCount;
    const sleeper = spawnRaw(() => {
      try {
        sleep(1000);
      } catch (error) {
        log.push(`${(error as Error).message}@${time.now()}`);
      }
      sleep(5);
      log.push(`slept again@${time.now()}`);
    });
    sleep(1);
    assert.equal(sleeper.throw(new Error('woken')), undefined);
    log.push('thrown');
    sleep(0);
    assert.equal(time.loop.timerCount, timers + 1);
    sleep(10);
    assert.deepEqual(log, ['thrown', 'woken@1', 'slept again@6']);
  });

  greenletTest('that is about to be resumed is resumed once, with the error', () => {
    const log: unknown[] = [];
    const sleeper = spawnRaw(() => {
      try {
        sleep(0);
        log.push('woken');
      } catch (error) {
        log.push(error);
      }
      sleep(0);
      log.push('the end');
    });
    sleep(0);
    const exit = new GreenletExit();
    sleeper.throw(exit);
    sleep(1);
    assert.deepEqual(log, [exit, 'the end']);
  });

  greenletTest('does not take the result of a child for what it waits for', (time) => {
    const log: string[] = [];
    spawn(() => {
      const parent = getCurrent();
      const child = new Greenlet(() => {
        parent.switch();
        sleep(5);
        log.push(`child@${time.now()}`);
        return 'a result nobody asked for';
      });
      child.switch();
      spawnRaw(() => child.switch());
      sleep(20);
      log.push(`parent@${time.now()}`);
    });
    sleep(50);
    assert.deepEqual(log, ['child@5', 'parent@20']);
  });

  greenletTest('gets the error of a child, where it waits', (time) => {
    const log: string[] = [];
    const reports = reportsOf(() => {
      spawn(() => {
        const parent = getCurrent();
        const child = new Greenlet(() => {
          parent.switch();
          sleep(5);
          throw new Error('of the child');
        });
        child.switch();
        spawnRaw(() => child.switch());
        try {
          sleep(20);
        } catch (error) {
          log.push(`${(error as Error).message}@${time.now()}`);
        }
      });
      sleep(50);
    });
    assert.deepEqual(log, ['of the child@5']);
    assert.deepEqual(reports, []);
  });
});

suite('a plain greenlet', () => {
  greenletTest('may wait in the hub, and its result goes to its parent all the same', () => {
    const child = new Greenlet((n: number) => {
      sleep(5);
      return n * 2;
    });
    assert.equal(child.switch(21), 42);
  });

  greenletTest('may be the parent of another that waits', () => {
    const grandchild = (): Greenlet =>
      new Greenlet(() => {
        sleep(1);
        throw new RangeError('from below');
      });
    const child = new Greenlet(() => {
      try {
        return grandchild().switch();
      } catch (error) {
        sleep(1);
        return (error as Error).message;
      }
    });
    assert.equal(child.switch(), 'from below');
  });

  test('that has waited in the hub and ended is let go of', () => programPasses('plain-sleepers'));
});
