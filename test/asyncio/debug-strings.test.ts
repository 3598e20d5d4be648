import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';

import { createTask, Future, getRunningLoop, run, sleep } from '../../src/public/asyncio.ts';
import { spawn } from '../../src/public/index.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

/** Text without folders and line numbers, which change from edit to edit. */
const plain = (text: string): string =>
  text.replaceAll(/file:\S*\/(\w[\w.-]*\.ts):\d+/g, '$1:LINE');

const HERE = 'created at debug-strings.test.ts:LINE';

/** Runs `fn` in debug mode and virtual time. */
const debugging = (fn: () => Promise<void>): Promise<void> =>
  withVirtualTime(() => run(fn, { debug: true }));

suite('in debug mode', () => {
  test('a task and a future tell where they were made, also with their result', () =>
    debugging(async () => {
      const task = createTask(async () => 'result', { name: 'reader' });
      assert.equal(plain(String(task)), `<Task reader pending ${HERE}>`);
      assert.equal(plain(inspect(task)), `<Task reader pending ${HERE}>`);
      await task;
      assert.equal(plain(String(task)), `<Task reader finished ${HERE}>`);
      assert.equal(plain(inspect(task)), `<Task reader finished: 'result' ${HERE}>`);
      const future = new Future();
      assert.equal(plain(String(future)), `<Future pending ${HERE}>`);
      future.setException(new RangeError('wrong'));
      assert.equal(plain(inspect(future)), `<Future failed: RangeError: wrong ${HERE}>`);
      assert.ok(future.exception());
    }));

  test('the line is that of the call', () =>
    debugging(async () => {
      const future = new Future();
      const line = Number(/:(\d+):\d+/.exec(new Error('here').stack!.split('\n')[1]!)![1]) - 1;
      assert.equal(String(future), `<Future pending created at ${import.meta.url}:${line}>`);
    }));

  test(
    'a greenlet tells it, too',
    { skip: stackInfo().backend === 'off' ? 'needs stacks' : false },
    () =>
      debugging(async () => {
        const greenlet = spawn(() => undefined);
        greenlet.name = 'green';
        assert.equal(plain(String(greenlet)), `<GreenletTask green pending ${HERE}>`);
        await greenlet;
      }),
  );

  test('a handle tells it', () =>
    debugging(async () => {
      const handle = getRunningLoop().callSoon(function tick() {});
      assert.equal(plain(String(handle)), `<Handle tick ${HERE}>`);
      assert.equal(
        plain(inspect([handle], { breakLength: Infinity })),
        `[ <Handle tick ${HERE}> ]`,
      );
      const timer = getRunningLoop().callAt(1500, function tick() {});
      assert.equal(plain(String(timer)), `<TimerHandle when=1500 tick ${HERE}>`);
      timer.cancel();
      assert.equal(plain(String(timer)), `<TimerHandle cancelled when=1500 ${HERE}>`);
    }));

  test('what was made before says nothing of it', () =>
    withVirtualTime(async () => {
      const future = new Future();
      await run(async () => assert.equal(String(future), '<Future pending>'), { debug: true });
    }));
});

suite('without debug mode', () => {
  test('a handle tells its function, its time, and whether it was cancelled', () =>
    withVirtualTime(() =>
      run(async () => {
        const loop = getRunningLoop();
        const handle = loop.callSoon(function tick() {});
        assert.equal(String(handle), '<Handle tick>');
        assert.equal(inspect(handle), '<Handle tick>');
        assert.equal(String(loop.callSoon(() => undefined)), '<Handle an anonymous function>');
        handle.cancel();
        assert.equal(String(handle), '<Handle cancelled>');
        const timer = loop.callAt(1500, function tick() {});
        assert.equal(String(timer), '<TimerHandle when=1500 tick>');
        timer.cancel();
        assert.equal(String(timer), '<TimerHandle cancelled when=1500>');
        assert.equal(String(loop.loop.callSoon(() => undefined)), '<CallbackHandle>');
        assert.equal(String(createTask(async () => sleep(1), { name: 'a' })), '<Task a pending>');
      }),
    ));
});
