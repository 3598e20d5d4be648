import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { coroutine, Future, getRunningLoop, run, sleep } from '../../src/public/asyncio.ts';
import { InvalidArgumentError } from '../../src/public/index.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

/** Refused, with a message that begins so. */
const refused =
  (start: string) =>
  (error: unknown): boolean =>
    error instanceof InvalidArgumentError &&
    error.message.startsWith(`Expected a plain function to call, got ${start}`);

suite('in debug mode', () => {
  test('no async function is taken as a callback', () =>
    withVirtualTime(() =>
      run(
        async () => {
          const loop = getRunningLoop();
          const save = async (): Promise<void> => undefined;
          const start = refused(
            'function save, which would return a promise that nobody awaits; use `createTask`',
          );
          assert.throws(() => loop.callSoon(save), start);
          assert.throws(() => loop.callSoonThreadsafe(save), start);
          assert.throws(() => loop.callLater(1, save), start);
          assert.throws(() => loop.callAt(1, save), start);
          assert.throws(() => loop.addSignalHandler('SIGUSR2', save), start);
          assert.throws(() => new Future().addDoneCallback(save), start);
        },
        { debug: true },
      ),
    ));

  test('nor a generator function, of either kind, or a coroutine function', () =>
    withVirtualTime(() =>
      run(
        async () => {
          const loop = getRunningLoop();
          const future = new Future();
          async function* pages(): AsyncGenerator {}
          function* steps(): Generator {}
          const work = coroutine(function* work() {
            yield* sleep(1);
          });
          assert.throws(() => loop.callSoon(pages), refused('function pages, which would return'));
          for (const fn of [pages, steps, work])
            assert.throws(() => future.addDoneCallback(fn), refused(`function ${fn.name}, which`));
        },
        { debug: true },
      ),
    ));

  test('plain functions, methods and bound ones are taken as ever', () =>
    withVirtualTime(() =>
      run(
        async () => {
          const loop = getRunningLoop();
          const log: string[] = [];
          class Log {
            static write(text: string): void {
              log.push(text);
            }
          }
          loop.callSoon(Log.write, 'method');
          loop.callSoon(Log.write.bind(Log, 'bound'));
          loop.callSoon(() => void log.push('arrow'));
          const future = Future.resolved(1);
          future.addDoneCallback(() => log.push('done'));
          await sleep(1);
          assert.deepEqual(log, ['method', 'bound', 'arrow', 'done']);
        },
        { debug: true },
      ),
    ));
});

suite('without debug mode', () => {
  test('async functions are called, and generator functions refused, as ever', () =>
    withVirtualTime(() =>
      run(async () => {
        const loop = getRunningLoop();
        const log: string[] = [];
        loop.callSoon(async () => void log.push('soon'));
        Future.resolved(1).addDoneCallback(async () => void log.push('done'));
        await sleep(1);
        assert.deepEqual(log, ['soon', 'done']);
        assert.throws(
          () => loop.callSoon(function* steps() {}),
          refused('function steps, which would return a coroutine'),
        );
      }),
    ));
});
