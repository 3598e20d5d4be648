import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs';
import { suite, test } from 'node:test';

import { createTask } from '../../src/public/asyncio.ts';
import { Future } from '../../src/future/future.ts';
import { getLoop } from '../../src/public/loop.ts';
import { BlockingSwitchOutError } from '../../src/hub/blocking-switch-out-error.ts';
import { iwait } from '../../src/hub/iwait.ts';
import { joinAll } from '../../src/hub/join.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { programPasses, runProgram } from '../programs/run-program.ts';

/** How a blocking call is refused in the place to which `arrange` takes it. */
function refusedIn(arrange: (attempt: () => void) => unknown): Promise<BlockingSwitchOutError> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      try {
        sleep(1);
        reject(new Error('it was not refused'));
      } catch (error) {
        if (error instanceof BlockingSwitchOutError) resolve(error);
        else reject(error);
      }
    };
    arrange(attempt);
  });
}

async function assertRefused(
  arrange: (attempt: () => void) => unknown,
  where: string,
  advice: RegExp,
): Promise<void> {
  const error = await refusedIn(arrange);
  assert.equal(error.where, where);
  assert.match(error.message, /^sleep\(\) would block the event loop: /);
  assert.match(error.message, advice);
}

suite('a blocking call on the main stack says how it got there and what to write', () => {
  test('after an await, even one in a greenlet', async () => {
    const afterAwait = async (attempt: () => void): Promise<void> => {
      await null;
      attempt();
    };
    await assertRefused(afterAwait, 'promise job', /wait\(promise\)/);
    await assertRefused((attempt) => spawn(() => void afterAwait(attempt)), 'promise job', /await/);
  });

  test('in a then, a microtask or a nextTick', async () => {
    await assertRefused((attempt) => Promise.resolve().then(attempt), 'promise job', /`then`/);
    await assertRefused((attempt) => queueMicrotask(attempt), 'promise job', /`then`/);
    await assertRefused((attempt) => process.nextTick(attempt), 'promise job', /spawn/);
  });

  test('in code of a task, an async function or a generator', async () => {
    const generator = (attempt: () => void): unknown =>
      createTask(
        (function* () {
          yield undefined;
          attempt();
        })(),
        { name: 'generator task' },
      );
    const inTask = (attempt: () => void): unknown =>
      createTask(
        (async () => {
          await null;
          attempt();
        }) as never,
        { name: 'async task' },
      );
    await assertRefused(inTask, 'task', /async task.*`await`/);
    await assertRefused(generator, 'task', /generator task.*`yield\*`/);
  });

  test('in a callback of the loop', async () => {
    await assertRefused((attempt) => getLoop().callSoon(attempt), 'loop callback', /spawn/);
    await assertRefused((attempt) => getLoop().callLater(1, attempt), 'loop callback', /spawn/);
    await assertRefused(
      (attempt) => Future.resolved(1).addDoneCallback(attempt),
      'loop callback',
      /spawn/,
    );
    await assertRefused((attempt) => spawn(() => {}).rawLink(attempt), 'loop callback', /`link`/);
  });

  test('in a callback of Node', async () => {
    await assertRefused((attempt) => setTimeout(attempt, 1), 'Node callback', /spawn/);
    await assertRefused((attempt) => setImmediate(attempt), 'Node callback', /spawn/);
    await assertRefused(
      (attempt) => readFile(import.meta.filename, attempt),
      'Node callback',
      /spawn/,
    );
    const emitter = new EventEmitter();
    await assertRefused(
      (attempt) => {
        emitter.on('event', attempt);
        setImmediate(() => emitter.emit('event'));
      },
      'Node callback',
      /spawn/,
    );
  });

  test('at the top level of a program, ESM and CommonJS', () => programPasses('top-level'));

  test('each call that can block names itself', () => {
    const task = spawn(() => {});
    const calls: Record<string, () => unknown> = {
      'sleep()': () => sleep(1),
      'wait()': () => wait(Promise.resolve()),
      'join()': () => task.join(),
      'joinAll()': () => joinAll([task]),
      'iwait()': () => [...iwait([task])],
    };
    for (const [name, call] of Object.entries(calls)) {
      assert.throws(call, (error: unknown) => {
        assert.ok(error instanceof BlockingSwitchOutError, name);
        assert.ok(error.message.startsWith(name), error.message);
        return true;
      });
    }
  });

  test('a call that need not wait is not refused', async () => {
    const task = spawn(() => 'done');
    await task;
    assert.equal(wait(task), 'done');
    assert.equal(task.get(), 'done');
    assert.equal(task.join(), true);
    assert.deepEqual(joinAll([task]), [task]);
  });

  test('a trace longer than the limit is no obstacle', async () => {
    const { stackTraceLimit } = Error;
    const deep = (depth: number, attempt: () => void): void =>
      depth === 0 ? attempt() : deep(depth - 1, attempt);
    Error.stackTraceLimit = 1;
    try {
      await assertRefused(
        (attempt) => setTimeout(() => deep(200, attempt), 1),
        'Node callback',
        /./,
      );
      assert.equal(Error.stackTraceLimit, 1);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
});

test('nothing waits once the process is exiting, and no other greenlet runs', async () => {
  const { code, stdout } = await runProgram('exit-waits');
  assert.deepEqual(
    [code, stdout.split('\n')],
    [
      3,
      [
        'ERR_BLOCKING_SWITCH_OUT exit',
        'ERR_BLOCKING_SWITCH_OUT exit',
        'ERR_BLOCKING_SWITCH_OUT exit',
        'did not throw',
        'did not throw',
        '',
      ],
    ],
  );
});

test('a wait that the timer of a signal will end is no deadlock', async () => {
  const { stdout } = await runProgram('timed-signals');
  const timed = ['a timeout', 'any of two', 'any of any'];
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    ...timed.flatMap((what) => [
      `a promise, ${what}: TimeoutError`,
      `an event, ${what}: TimeoutError`,
    ]),
    'a promise, a plain one: LoopExit',
    'an event, a plain one: LoopExit',
  ]);
});
