import assert from 'node:assert/strict';
import { setImmediate as turnOfNode } from 'node:timers/promises';
import { suite, test } from 'node:test';

import {
  createTask,
  currentTask,
  eagerTaskFactory,
  getRunningLoop,
  KeyboardInterrupt,
  newEventLoop,
  run,
  Runner,
  sleep,
} from '../../src/public/asyncio.ts';
import { spawn, wait } from '../../src/public/index.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

const noStacks = stackInfo().backend === 'off' && 'needs stacks';

/** Notes when it is cancelled, or that it was not. */
function left(log: string[], now: () => number): () => Promise<void> {
  return async () => {
    try {
      await sleep(700);
      log.push(`ended at ${now()}`);
    } catch {
      log.push(`cancelled at ${now()}`);
      throw new Error('never seen');
    }
  };
}

suite('a run', () => {
  for (const [style, fail] of [
    [
      'an async function',
      () =>
        createTask(async () => {
          await sleep(5);
          throw new KeyboardInterrupt('enough');
        }),
    ],
    [
      'a generator',
      () =>
        createTask(function* () {
          yield* sleep(5);
          throw new KeyboardInterrupt('enough');
        }),
    ],
    [
      'a callback',
      () =>
        getRunningLoop().callLater(5, () => {
          throw new KeyboardInterrupt('enough');
        }),
    ],
  ] as const) {
    test(`is interrupted by a KeyboardInterrupt of ${style}, and cancels what is left`, () =>
      withVirtualTime(async ({ now }) => {
        const log: string[] = [];
        const loop = newEventLoop();
        loop.setExceptionHandler((_loop, { message }) => void log.push(message));
        const runner = new Runner({ loopFactory: () => loop });
        await assert.rejects(
          runner.run(async () => {
            fail();
            try {
              await sleep(300);
            } finally {
              log.push(`main ends at ${now()}`);
            }
          }),
          (error) => error instanceof KeyboardInterrupt && error.message === 'enough',
        );
        assert.deepEqual(log, []);
        await runner.close();
        assert.deepEqual(log, ['main ends at 5']);
      }));
  }

  test('whose main raises KeyboardInterrupt fails with it, and no error is left', () =>
    withVirtualTime(async () => {
      await assert.rejects(
        run(() => Promise.reject(new KeyboardInterrupt('main'))),
        { name: 'KeyboardInterrupt', message: 'main' },
      );
      await turnOfNode();
    }));

  test('of which a signal is aborted fails with its reason, when the main has tidied up', () =>
    withVirtualTime(async ({ now }) => {
      const log: string[] = [];
      const controller = new AbortController();
      const reason = new RangeError('too late');
      const running = run(
        async () => {
          getRunningLoop().callLater(30, () => controller.abort(reason));
          try {
            await sleep(300);
          } finally {
            await sleep(1);
            log.push(`main ends at ${now()}`);
          }
        },
        { signal: controller.signal },
      );
      await assert.rejects(running, reason);
      assert.deepEqual(log, ['main ends at 31']);
      await assert.rejects(
        run(async () => void log.push('never'), { signal: controller.signal }),
        reason,
      );
      await assert.rejects(
        run(async () => {}, { signal: 'soon' as never }),
        /AbortSignal/,
      );
      assert.equal(
        await run(
          async () => {
            getRunningLoop().callSoon(() => other.abort(reason));
            await sleep(5).catch(() => undefined);
            return 'went on';
          },
          { signal: other.signal },
        ),
        'went on',
      );
      assert.deepEqual(log, ['main ends at 31']);
    }));

  const other = new AbortController();

  test('that is to stop before it begins runs what is ready, and one turn', () =>
    withVirtualTime(async () => {
      const log: string[] = [];
      const loop = newEventLoop();
      loop.callSoon(() => {
        log.push('first turn');
        loop.callSoon(() => void log.push('second turn'));
      });
      loop.stop();
      await loop.runForever();
      assert.deepEqual(log, ['first turn']);
      assert.equal(await loop.runUntilComplete(async () => 'runs'), 'runs');
      assert.deepEqual(log, ['first turn', 'second turn']);
      loop.close();
    }));

  test(
    'with a greenlet for its main has the tasks that it makes, as with any other',
    { skip: noStacks },
    () =>
      withVirtualTime(async ({ now }) => {
        const log: string[] = [];
        const loop = newEventLoop();
        const made: (string | undefined)[] = [];
        loop.setTaskFactory((eventLoop, body, options) => {
          made.push(options.name);
          return eagerTaskFactory(eventLoop, body, options);
        });
        loop.setExceptionHandler(() => undefined);
        const runner = new Runner({ loopFactory: () => loop });
        const whole = runner.run(
          () =>
            spawn(() => {
              assert.equal(getRunningLoop(), loop);
              createTask(left(log, now), { name: 'left' });
              wait(
                spawn(() => {
                  createTask(left(log, now), { name: 'of a child' });
                  wait(sleep(1));
                }),
              );
              assert.equal(currentTask()?.root?.name, 'main');
            }),
          { name: 'main' },
        );
        await whole;
        assert.deepEqual(log, []);
        await runner.close();
        assert.deepEqual(log, ['cancelled at 1', 'cancelled at 1']);
        assert.deepEqual(made.slice(0, 3), ['main', 'left', 'of a child']);
      }),
  );

  test('of two at once, each with a greenlet, has a loop of its own', { skip: noStacks }, () =>
    withVirtualTime(async () => {
      const loops = await Promise.all(
        [1, 2].map(() =>
          run(() =>
            spawn(() => {
              wait(sleep(1));
              return getRunningLoop();
            }),
          ),
        ),
      );
      assert.notEqual(loops[0], loops[1]);
    }),
  );

  test('ends what is started while what is left is cancelled, until nothing is left', () =>
    withVirtualTime(async () => {
      const log: string[] = [];
      const relay = (depth: number) => async (): Promise<void> => {
        try {
          await sleep(1000);
        } finally {
          log.push(`cancelled ${depth}`);
          if (depth < 3) createTask(relay(depth + 1));
        }
      };
      await run(async () => {
        createTask(relay(0));
        await sleep(1);
      });
      const all = ['cancelled 0', 'cancelled 1', 'cancelled 2', 'cancelled 3'];
      assert.deepEqual(log, all);
      await sleep(2000);
      assert.deepEqual(log, all);
    }));
});
