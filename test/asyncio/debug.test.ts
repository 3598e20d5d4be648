import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  createTask,
  Future,
  getRunningLoop,
  newEventLoop,
  run,
  Runner,
  sleep,
} from '../../src/public/asyncio.ts';
import { spawn } from '../../src/public/index.ts';
import { promiseJobs } from '../../src/addon/promise-jobs.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { runProgram } from '../programs/run-program.ts';

/** A report without what differs from machine to machine and from edit to edit: folders, lines, columns. */
function plain(text: string): string {
  return text
    .replaceAll(/file:\S*\/(\w[\w.-]*\.ts):\d+:\d+/g, '$1')
    .replaceAll(/\n {4,}at (?:async )?/g, '\n    at ');
}

/** What the program tells on stderr in debug mode. */
async function told(name: string): Promise<string> {
  const { stderr } = await runProgram('debug-mode', {
    args: [name],
    env: { GREENROOM_DEBUG: '1' },
  });
  return plain(stderr);
}

suite('debug mode', () => {
  test('is on for a run that asks for it, and for whoever switches it on', () =>
    withVirtualTime(async () => {
      const loop = newEventLoop();
      assert.equal(loop.getDebug(), false);
      assert.equal(await run(async () => getRunningLoop().getDebug(), { debug: true }), true);
      assert.equal(loop.getDebug(), false);
      const runner = new Runner({ debug: true });
      await runner.run(async () => sleep(1));
      assert.equal(loop.getDebug(), true);
      await runner.close();
      assert.equal(loop.getDebug(), false);
      loop.setDebug(true);
      loop.setDebug(true);
      assert.equal(newEventLoop().getDebug(), true);
      assert.equal(await run(async () => getRunningLoop().getDebug(), { debug: false }), false);
      loop.setDebug(false);
      assert.equal(loop.getDebug(), false);
    }));

  test('tells of what ran for long, and who it was', (context) =>
    withVirtualTime(async ({ elapse }) => {
      const printed = context.mock.method(console, 'error', () => undefined);
      await run(
        async () => {
          const loop = getRunningLoop();
          assert.equal(loop.slowCallbackDuration, 100);
          loop.callSoon(function tick() {
            elapse(150);
          });
          const future = new Future<void>();
          future.addDoneCallback(function react() {
            elapse(200);
          });
          future.setResult();
          await createTask(
            function* work() {
              elapse(99);
              yield* sleep(10);
              elapse(110);
              yield* sleep(10);
              elapse(100);
            },
            { name: 'generator' },
          );
          loop.slowCallbackDuration = 50;
          await createTask(
            async () => {
              elapse(49);
              await sleep(10);
              elapse(50);
            },
            { name: 'async function' },
          );
          loop.slowCallbackDuration = 100;
        },
        { debug: true },
      );
      assert.deepEqual(
        printed.mock.calls.map(({ arguments: args }) => plain(String(args[0]))),
        [
          'Executing callback tick took 150.0 ms, and nothing else ran meanwhile\n  made at:\n    at run.debug (debug.test.ts)',
          'Executing callback react took 200.0 ms, and nothing else ran meanwhile',
          'Executing generator took 110.0 ms, and nothing else ran meanwhile\n  it waits now, at:\n    at work (debug.test.ts)\n  made at:\n    at run.debug (debug.test.ts)',
          'Executing generator took 100.0 ms, and nothing else ran meanwhile\n  made at:\n    at run.debug (debug.test.ts)',
          // Without the addon promise jobs run when the visit of the loop is over.
          ...(promiseJobs() === null
            ? []
            : [
                'Executing async function took 50.0 ms, and nothing else ran meanwhile\n  made at:\n    at run.debug (debug.test.ts)',
              ]),
        ],
      );
    }));

  test(
    'tells of a greenlet that ran for long, also when another one handed over to it',
    { skip: stackInfo().backend === 'off' ? 'needs stacks' : false },
    (context) =>
      withVirtualTime(async ({ elapse }) => {
        const printed = context.mock.method(console, 'error', () => undefined);
        const loop = newEventLoop();
        loop.setDebug(true);
        const short = spawn(() => elapse(10));
        const long = spawn(() => elapse(120));
        [short.name, long.name] = ['short', 'long'];
        await Promise.all([short, long]);
        loop.setDebug(false);
        assert.deepEqual(
          printed.mock.calls.map(({ arguments: args }) => plain(String(args[0]))),
          [
            'Executing long took 120.0 ms, and nothing else ran meanwhile\n  made at:\n    at debug.test.ts\n    at TestContext.<anonymous> (debug.test.ts)',
          ],
        );
      }),
  );

  test('tells of an error nobody looked at, soon after the task was dropped', async () => {
    assert.match(
      await told('retrieved'),
      /^Task exception was never retrieved\n  name: dropped\n  made at:\n    at drop \(debug-mode.ts\)\n    at debug-mode.ts\nRangeError: lost\n    at failing \(debug-mode.ts\)\n[^]*\n\(end\)\n$/,
    );
    assert.match(
      await told('future'),
      /^Future exception was never retrieved\n  made at:\n    at drop \(debug-mode.ts\)\n    at debug-mode.ts\nThrown: lost\n\(end\)\n$/,
    );
  });

  test('does not tell of one that is kept and looked at later', async () => {
    assert.equal(await told('kept'), '(end)\n');
  });

  test('tells of a coroutine that was never awaited', async () => {
    assert.equal(
      await told('awaited'),
      'Coroutine hello was never awaited; write `yield*` or `await` before the call, in a greenlet `wait(…)` around it, or give it to `createTask`\n' +
        '  made at:\n    at forget (debug-mode.ts)\n    at debug-mode.ts\n(end)\n',
    );
  });

  test('tells of an operation that was never awaited', async () => {
    assert.equal(
      await told('operation'),
      'An operation was never awaited; write `yield*` or `await` before the call, in a greenlet `wait(…)` around it, or give it to `createTask`\n' +
        '  made at:\n    at forget (debug-mode.ts)\n    at debug-mode.ts\n(end)\n',
    );
  });

  test('refuses to run an operation a second time, also where V8 would not notice', async () => {
    assert.match(
      await told('twice'),
      /^rested\nCannot await an operation or a coroutine twice: it runs once/,
    );
  });

  test('does not tell of those that ran, were closed or whose task was cancelled', async () => {
    assert.equal(await told('used'), '(end)\n');
  });

  test('tells of tasks that are pending when their event loop is closed', async () => {
    assert.equal(
      await told('pending'),
      'The event loop is closed while a task is pending\n  task: Task left behind\n' +
        '  made at:\n    at debug-mode.ts\n(end)\n',
    );
  });

  test('tells of tasks that are pending when the process ends', async () => {
    assert.equal(
      await told('exit'),
      'Task was destroyed but it is pending: left behind\n' +
        '  made at:\n    at Object.exit (debug-mode.ts)\n    at debug-mode.ts\n(end)\n',
    );
  });

  test('says where a callback was made that fails', async () => {
    assert.equal(
      await told('callback'),
      'Exception in callback tick\n  handle: CallHandle tick\n  made at:\n    at debug-mode.ts\nThrown: a string\n(end)\n',
    );
  });
});

suite('without debug mode', () => {
  test('none of this is told, and errors are all the same', async () => {
    const { stderr } = await runProgram('debug-mode', { args: ['pending'] });
    assert.equal(stderr, '(end)\n');
    const callback = await runProgram('debug-mode', { args: ['callback'] });
    assert.equal(
      callback.stderr,
      'Exception in callback tick\n  handle: CallHandle tick\nThrown: a string\n(end)\n',
    );
  });
});
