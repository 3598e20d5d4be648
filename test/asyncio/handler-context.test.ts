import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  ContextVar,
  copyContext,
  createTask,
  type EventLoop,
  type ExceptionContext,
  Future,
  getRunningLoop,
  run,
  Runner,
  shield,
  sleep,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

const name = new ContextVar<string>('name', { default: 'nobody' });

/** Makes the loop's handler note `name`, as it sees it, with the message; returns the notes. */
function note(loop: EventLoop): string[] {
  const notes: string[] = [];
  loop.setExceptionHandler((_loop, { message }) => void notes.push(`${name.get()}: ${message}`));
  return notes;
}

/** Calls `fn` in a context of its own, in which `name` is `value`. */
function as<R>(value: string, fn: () => R): R {
  return copyContext().run(() => {
    name.set(value);
    return fn();
  });
}

const failing = async (): Promise<never> => {
  throw new Error('lost');
};

suite('the exception handler runs in the context', () => {
  test('of the task, else of the future, else of the callback', () =>
    withVirtualTime(() =>
      run(async () => {
        const loop = getRunningLoop();
        const notes = note(loop);
        const task = as('task', () => createTask(function* () {}));
        const handle = as('handle', () => loop.callSoon(() => undefined));
        await task;
        const tell = (message: string, context: Omit<ExceptionContext, 'message'>): void =>
          as('caller', () => loop.callExceptionHandler({ message, ...context }));
        tell('all', { handle, future: task, task });
        tell('future', { handle, future: task });
        tell('handle', { handle });
        tell('plain future', { future: new Future() });
        tell('nothing', {});
        assert.deepEqual(notes, [
          'task: all',
          'task: future',
          'handle: handle',
          'caller: plain future',
          'caller: nothing',
        ]);
      }),
    ));

  test('of the task that fails behind a shield', () =>
    withVirtualTime(() =>
      run(async () => {
        const notes = note(getRunningLoop());
        const task = as('inner', () =>
          createTask(async () => {
            await sleep(10);
            name.set('changed');
            await failing();
          }),
        );
        const outer = as('waiter', () => shield(task));
        outer.cancel();
        await sleep(20);
        assert.deepEqual(notes, ['changed: Exception in a shielded future']);
      }),
    ));

  test('of the task that fails while a run ends', () =>
    withVirtualTime(async () => {
      const runner = new Runner();
      const notes = note(runner.getLoop());
      await runner.run(async () => {
        as('left behind', () =>
          createTask(async () => {
            await sleep(1000).catch(failing);
          }),
        );
        await sleep(1);
      });
      await as('closer', () => runner.close());
      assert.deepEqual(notes, ['left behind: Unhandled exception during run() shutdown']);
    }));

  test('of a callback, a timer and a done callback that fail', () =>
    withVirtualTime(() =>
      run(async () => {
        const loop = getRunningLoop();
        const notes = note(loop);
        const fail = (): never => {
          throw new Error('failed');
        };
        as('soon', () => loop.callSoon(fail));
        as('later', () => loop.callLater(1, fail));
        const future = new Future<void>();
        as('done', () => future.addDoneCallback(fail));
        const given = as('given', copyContext);
        future.addDoneCallback(fail, given);
        as('setter', () => future.setResult());
        await sleep(2);
        assert.deepEqual(notes, [
          'soon: Exception in callback fail',
          'done: Exception in callback',
          'given: Exception in callback',
          'later: Exception in callback fail',
        ]);
      }),
    ));

  test('where it sets variables, which are there in the next report of the same task', () =>
    withVirtualTime(() =>
      run(async () => {
        const loop = getRunningLoop();
        const seen: string[] = [];
        loop.setExceptionHandler(() => {
          seen.push(name.get());
          name.set(`${name.get()}!`);
        });
        const task = as('task', () => createTask(async () => sleep(1)));
        loop.callExceptionHandler({ message: 'first', task });
        loop.callExceptionHandler({ message: 'second', task });
        assert.deepEqual([seen, name.get()], [['task', 'task!'], 'nobody']);
        await task;
      }),
    ));

  test('also when the report comes out of that context itself', () =>
    withVirtualTime(() =>
      run(async () => {
        const loop = getRunningLoop();
        const notes = note(loop);
        const context = as('entered', copyContext);
        const handle = loop.callSoon(() => undefined, { context });
        context.run(() => as('inside', () => loop.callExceptionHandler({ message: 'a', handle })));
        const task = as('task', () =>
          createTask(function* reporting() {
            loop.callExceptionHandler({ message: 'b', task });
            yield* sleep(1);
            loop.callExceptionHandler({ message: 'c', task });
          }),
        );
        await task;
        assert.deepEqual(notes, ['entered: a', 'task: b', 'task: c']);
      }),
    ));

  test('and its own error is told of by the default one all the same', (context) =>
    withVirtualTime(() =>
      run(async () => {
        const printed = context.mock.method(console, 'error', () => undefined);
        const loop = getRunningLoop();
        loop.setExceptionHandler(() => {
          throw new RangeError('of the handler');
        });
        const task = createTask(async () => sleep(1));
        loop.callExceptionHandler({ message: 'first', task });
        assert.match(
          String(printed.mock.calls[0]!.arguments[0]),
          /^Unhandled error in exception handler\n {2}context: first\nRangeError: of the handler/,
        );
        await task;
      }),
    ));
});
