import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';

import {
  asCompleted,
  CancelledError,
  createTask,
  Future,
  moveOnAfter,
  sleep,
  TimeoutError,
  wait,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { caught, inEachStyle } from './styles.ts';

const asyncioUrl = new URL('../../src/public/asyncio.ts', import.meta.url).href;

/** What a program prints that imports all of asyncio as `a`. */
function outputOf(body: string): string {
  const source = `import * as a from ${JSON.stringify(asyncioUrl)};\n${body}`;
  return execFileSync(
    process.execPath,
    ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', source],
    // In debug mode reports say more.
    { encoding: 'utf8', timeout: 20_000, env: { ...process.env, GREENROOM_DEBUG: '' } },
  );
}

suite('a time that is over before it begins', () => {
  for (const ms of [0, -1, -Infinity]) {
    inEachStyle(`sleep(${ms}) is one turn`, function* ({ now }) {
      const events: string[] = [];
      const other = createTask(function* () {
        for (let i = 0; i < 3; i++) {
          events.push('other');
          yield;
        }
      });
      assert.equal(yield sleep(ms, 'result'), 'result');
      events.push('awake');
      yield other;
      assert.deepEqual(events, ['other', 'awake', 'other', 'other']);
      assert.equal(now(), 0);
    });

    inEachStyle(`wait and asCompleted give up at ${ms} ms`, function* ({ now }) {
      const [done, pending] = yield wait([Future.resolved(1), new Future()], { timeout: ms });
      assert.deepEqual([done.size, pending.size], [1, 1]);
      const [next] = asCompleted([new Future()], { timeout: ms });
      assert.ok((yield* caught(next)) instanceof TimeoutError);
      assert.equal(now(), 0);
    });
  }
});

suite('a time without end', () => {
  inEachStyle('sleep(Infinity) sleeps until it is cancelled', function* ({ now }) {
    const result = yield moveOnAfter(5000, () => sleep(Infinity, 'awake'));
    assert.deepEqual([result, now()], [undefined, 5000]);
  });

  test('leaves no timer behind when it is cancelled', () =>
    withVirtualTime(async ({ loop }) => {
      const timers = loop.timerCount;
      const task = createTask(function* () {
        yield* sleep(Infinity);
      });
      await sleep(10);
      task.cancel();
      await assert.rejects(task.then(), CancelledError);
      assert.equal(loop.timerCount, timers);
    }));

  inEachStyle('wait and asCompleted take it for no timeout', function* ({ now }) {
    const slow = (): Future<string> => createTask(() => sleep(60_000, 'slow'));
    const [done, pending] = yield wait([slow()], { timeout: Infinity });
    assert.deepEqual([done.size, pending.size], [1, 0]);
    const [next] = asCompleted([slow()], { timeout: Infinity });
    assert.equal(yield next, 'slow');
    assert.equal(now(), 120_000);
  });

  test('of which nothing can wake it is a deadlock of the program, which says so', () => {
    const printed = outputOf(`
      const main = async () => { await a.sleep(Infinity) };
      try { await a.run(main, { name: 'main' }) } catch (error) { console.log(error.code, error.message) }
    `);
    assert.equal(
      printed.replace(/\(.*\)\n$/, ''),
      'ERR_DEADLOCK This would wait forever: no timer, no I/O and no task is left that could end the wait.\n' +
        '  main waits for sleep(Infinity)\n    at async main ',
    );
  });

  test('ends when somebody cancels it, however long it takes', () => {
    const printed = outputOf(`
      const main = async () => {
        const serving = a.createTask(() => a.sleep(Infinity));
        setTimeout(() => serving.cancel('closing'), 5);
        return serving.catch((error) => error.message);
      };
      console.log(await a.run(main));
    `);
    assert.equal(printed, 'closing\n');
  });

  test('is no reason for a process to stay', () => {
    const printed = outputOf(`
      const loop = a.getEventLoop().loop;
      loop.callLater(Infinity, () => console.log('never'));
      loop.callLater(2, () => console.log('the end'));
      process.on('exit', () => console.log(loop.timerCount, process.getActiveResourcesInfo().filter((r) => r === 'Timeout').length));
    `);
    assert.equal(printed, 'the end\n1 0\n');
  });
});
