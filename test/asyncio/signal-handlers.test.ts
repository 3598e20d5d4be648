import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';

import {
  currentTask,
  Future,
  getRunningLoop,
  newEventLoop,
  run,
  SignalError,
} from '../../src/public/asyncio.ts';
import { InvalidArgumentError } from '../../src/public/index.ts';

const send = (signal: NodeJS.Signals): void => void process.kill(process.pid, signal);

suite('a signal handler', () => {
  test('is called in the loop, with its arguments, for each signal that is sent apart', () =>
    run(async () => {
      const loop = getRunningLoop();
      let told = new Future<unknown>();
      loop.addSignalHandler(
        'SIGHUP',
        (...args: unknown[]) => told.setResult([...args, currentTask()]),
        1,
        'two',
      );
      for (let i = 0; i < 2; i++) {
        told = new Future();
        send('SIGHUP');
        assert.deepEqual(await told, [1, 'two', undefined]);
      }
      assert.equal(loop.removeSignalHandler('SIGHUP'), true);
      assert.equal(loop.removeSignalHandler('SIGHUP'), false);
      assert.equal(process.listenerCount('SIGHUP'), 0);
    }));

  test('takes the place of the one before, and is gone with its loop', () =>
    run(async () => {
      const loop = newEventLoop();
      const events: string[] = [];
      const told = new Future<void>();
      loop.addSignalHandler('SIGHUP', () => events.push('first'));
      loop.addSignalHandler('SIGHUP', () => {
        events.push('second');
        told.setResult();
      });
      send('SIGHUP');
      // That loop does not run, and so does not keep the process alive.
      const timer = setTimeout(() => undefined, 60_000);
      await told;
      clearTimeout(timer);
      assert.deepEqual(events, ['second']);
      loop.close();
      assert.equal(process.listenerCount('SIGHUP'), 0);
      assert.throws(() => loop.addSignalHandler('SIGHUP', () => 1), /closed/);
    }));

  test('for SIGINT takes it from run', () =>
    run(async () => {
      const loop = getRunningLoop();
      const told = new Future<string>();
      loop.addSignalHandler('SIGINT', () => told.setResult('mine'));
      send('SIGINT');
      assert.equal(await told, 'mine');
    }));

  test('that throws is reported to the exception handler', () =>
    run(async () => {
      const loop = getRunningLoop();
      const told = new Future<string>();
      loop.setExceptionHandler((_loop, { message }) => told.setResult(message));
      loop.addSignalHandler('SIGHUP', function onSignal() {
        throw new Error('in the handler');
      });
      send('SIGHUP');
      assert.equal(await told, 'Exception in callback onSignal');
    }));

  test('is refused for what is no signal, and for what the system keeps to itself', () => {
    const loop = newEventLoop();
    assert.throws(
      () => loop.addSignalHandler('SIGNAL' as never, () => 1),
      (error) =>
        error instanceof InvalidArgumentError &&
        error.message ===
          'Expected `signal` to be the name of a signal, such as "SIGTERM", got "SIGNAL"',
    );
    assert.throws(() => loop.removeSignalHandler(15 as never), /got 15/);
    assert.throws(
      () => loop.addSignalHandler('SIGKILL', () => 1),
      (error) =>
        error instanceof SignalError &&
        error.message === 'Cannot handle SIGKILL: the system keeps it to itself',
    );
    assert.equal(process.listenerCount('SIGKILL'), 0);
  });

  test('is refused in a Worker', async () => {
    const source = `
      import { parentPort } from 'node:worker_threads';
      import { newEventLoop } from ${JSON.stringify(new URL('../../src/public/asyncio.ts', import.meta.url).href)};
      try { newEventLoop().addSignalHandler('SIGTERM', () => 1); } catch (error) { parentPort.postMessage(error.message); }
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const message = await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    assert.equal(
      message,
      'Cannot handle SIGTERM in a Worker: signals arrive in the main thread; handle it there and post a message',
    );
    await worker.terminate();
  });
});
