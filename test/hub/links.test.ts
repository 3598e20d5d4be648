import assert from 'node:assert/strict';
import { suite } from 'node:test';

import { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { inGreenlet } from '../../src/hub/blocking-fiber.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { greenletTest, quietly, reportsOf } from './greenlet-test.ts';

suite('link', () => {
  greenletTest('calls back after the end, in a greenlet of its own, which may block', (time) => {
    const log: unknown[] = [];
    const task = spawn(() => 'value');
    task.link((ended) => {
      assert.equal(ended, task);
      log.push(inGreenlet(), ended.value);
      sleep(5);
      log.push(time.now());
    });
    sleep(10);
    assert.deepEqual(log, [true, 'value', 5]);
  });

  greenletTest(
    'calls back in the order of the links; one that blocks holds up none of the others',
    () => {
      const log: string[] = [];
      const task = spawn(() => {});
      for (const name of ['a', 'b', 'c']) {
        task.link(() => {
          log.push(name);
          if (name === 'a') sleep(1);
          log.push(`${name}, the end`);
        });
      }
      sleep(2);
      assert.deepEqual(log, ['a', 'b', 'b, the end', 'c', 'c, the end', 'a, the end']);
    },
  );

  greenletTest('made after the end calls back all the same', () => {
    const task = spawn(() => 1);
    task.join();
    const log: unknown[] = [];
    task.link((ended) => log.push(ended.value));
    task.rawLink((ended) => log.push(ended.value));
    assert.deepEqual(log, []);
    sleep(0);
    assert.deepEqual(log, [1, 1]);
  });

  greenletTest('a callback that fails is reported, and the others are called', () => {
    const log: string[] = [];
    const reports = reportsOf(() => {
      const task = spawn(() => {});
      task.name = 'linked';
      task.link(() => {
        throw new RangeError('from a link');
      });
      task.link(() => log.push('called'));
      sleep(1);
    });
    assert.deepEqual(reports, ['RangeError: from a link in a link of linked']);
    assert.deepEqual(log, ['called']);
  });

  greenletTest(
    'linkValue calls back for a success, and for a kill; linkException for a failure',
    () => {
      const log: string[] = [];
      const watch = (name: string, task: GreenletTask): void => {
        task.linkValue(() => log.push(`${name} succeeded`));
        task.linkException((ended) => log.push(`${name} failed: ${String(ended.error)}`));
      };
      const killed = spawn(() => sleep(100));
      watch(
        'a',
        spawn(() => 1),
      );
      watch(
        'b',
        quietly(() => {
          throw new Error('b');
        }),
      );
      watch('c', killed);
      sleep(0);
      killed.kill();
      sleep(1);
      assert.deepEqual(log, ['a succeeded', 'b failed: Error: b', 'c succeeded']);
    },
  );

  greenletTest('rawLink calls back from the loop, not in a greenlet', () => {
    const seen: boolean[] = [];
    const task = spawn(() => {});
    task.rawLink(() => seen.push(inGreenlet()));
    sleep(1);
    assert.deepEqual(seen, [false]);
  });

  greenletTest(
    'unlink takes back one link, the oldest, even while the callbacks are being called',
    () => {
      const log: string[] = [];
      const task = spawn(() => {});
      const twice = (): void => void log.push('twice');
      const second = (): void => void log.push('second');
      const raw = (): void => void log.push('raw');
      task.link(twice);
      task.link(() => {
        log.push('first');
        task.unlink(second);
        task.unlink(raw);
      });
      task.link(second);
      task.link(twice);
      task.rawLink(raw);
      task.unlink(twice);
      task.unlink(() => {}); // was never linked
      sleep(1);
      assert.deepEqual(log, ['first', 'twice']);
    },
  );

  greenletTest(
    'hasLinks tells of callbacks that have not been called, unlinkAll takes them back',
    () => {
      const log: string[] = [];
      const task = spawn(() => {});
      const seen = [task.hasLinks];
      task.link(() => log.push('a'));
      task.rawLink(() => log.push('b'));
      seen.push(task.hasLinks);
      task.unlinkAll();
      seen.push(task.hasLinks);
      task.link(() => log.push('c'));
      sleep(1);
      seen.push(task.hasLinks);
      assert.deepEqual(seen, [false, true, false, false]);
      assert.deepEqual(log, ['c']);
    },
  );

  greenletTest('one that never started has its links called when it is killed', () => {
    const log: string[] = [];
    const task = new GreenletTask(() => log.push('ran'));
    task.link((ended) => log.push(`ended, started: ${ended.started}`));
    task.kill();
    sleep(1);
    assert.deepEqual(log, ['ended, started: false']);
  });
});
