import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { createTask, sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Future } from '../../src/future/future.ts';
import { setUnretrievedHook } from '../../src/future/unretrieved.ts';
import { coroutine } from '../../src/task/awaitable-coroutine.ts';
import { currentTask } from '../../src/task/current-task.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

/** The names of the functions, in place of the lines. */
const functions = (lines: readonly string[]): string[] =>
  lines.map(
    (line) => /^at (?:async )?([\w.]+) \(.*task-stack\.test\.ts:\d+:\d+\)$/.exec(line)?.[1] ?? line,
  );

/** What `print` writes, with places left out. */
function printed(print: (file: { write(text: string): unknown }) => void): string[] {
  let text = '';
  print({ write: (more) => (text += more) });
  assert.match(text, /\n$/);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ \(.*task-stack\.test\.ts:\d+:\d+\)$/, ''));
}

function* inner(until: Future<void>): Generator<unknown, void, unknown> {
  yield* until;
}

function* outer(until: Future<void>): Generator<unknown, void, unknown> {
  yield* inner(until);
}

suite('getCoro of a task', () => {
  test('is what the task was given to step through, until it has ended', () =>
    withVirtualTime(async () => {
      const made = coroutine(outer)(new Future<void>());
      const plain = outer(new Future<void>());
      const tasks = [new Task(made), new Task(plain)];
      for (let i = 0; i < 2; i++) {
        assert.equal(tasks[0]!.getCoro(), made);
        assert.equal(tasks[1]!.getCoro(), plain);
        await sleep(1);
      }
      for (const task of tasks) {
        task.cancel();
        await assert.rejects(task.then(), CancelledError);
        assert.equal(task.getCoro(), undefined);
      }
    }));

  test('is what a function returned, once that was called, and nothing for an async function', () =>
    withVirtualTime(async () => {
      const made = outer(Future.resolved(undefined));
      const seen: unknown[] = [];
      const tasks = [
        new Task(() => made),
        new Task(function* (): Generator<undefined, void, unknown> {
          seen.push((currentTask() as Task).getCoro() === undefined);
          yield;
        }),
        new Task(async () => void seen.push((currentTask() as Task).getCoro())),
        new Task(sleep(1)),
        new Task(new Future<void>()),
      ];
      seen.push(tasks[0]!.getCoro(), tasks[4]!.getCoro(), typeof tasks[3]!.getCoro()?.next);
      tasks.pop()!.cancel();
      await Promise.all(tasks);
      assert.deepEqual(seen, [undefined, undefined, 'function', false, undefined]);
    }));

  test('of one that was refused a coroutine is that coroutine all the same', () =>
    withVirtualTime(async () => {
      const shared = coroutine(outer)(Future.resolved(undefined));
      const [first, second] = [new Task(shared), new Task(shared)];
      assert.deepEqual([first.getCoro(), second.getCoro()], [shared, shared]);
      await first;
      await assert.rejects(second.then(), { code: 'ERR_INVALID_STATE' });
    }));
});

suite('getStack of a task', () => {
  test('is where it waits, through all that it delegates to, and nothing of who asks', () =>
    withVirtualTime(async () => {
      const until = new Future<void>();
      const task = new Task(outer(until));
      assert.deepEqual(task.getStack(), []);
      await sleep(1);
      assert.deepEqual(functions(task.getStack()), ['inner', 'outer']);
      assert.deepEqual(functions(task.getStack({ limit: 1 })), ['inner']);
      assert.deepEqual(functions(task.getStack({ limit: -1 })), ['outer']);
      assert.deepEqual(task.getStack({ limit: 0 }), []);
      assert.throws(() => task.getStack({ limit: 1.5 }), /`limit` to be a whole number, got 1.5/);
      until.setResult();
      await task;
      assert.deepEqual(task.getStack(), []);
    }));

  test('is whole for one that delegates deeply', () =>
    withVirtualTime(async () => {
      const until = new Future<void>();
      function* deep(levels: number): Generator<unknown, void, unknown> {
        yield* levels === 0 ? until : deep(levels - 1);
      }
      const task = new Task(deep(30));
      await sleep(1);
      assert.deepEqual(functions(task.getStack()), new Array<string>(31).fill('deep'));
      until.setResult();
      await task;
    }));

  test('is the running code in the task itself, whatever its style', () =>
    withVirtualTime(async () => {
      const own = (): string[] => (currentTask() as Task).getStack();
      function* generator(): Generator<unknown, string[], unknown> {
        yield* sleep(1);
        return own();
      }
      async function asynchronous(): Promise<string[]> {
        await sleep(1);
        return own();
      }
      assert.deepEqual(functions(await new Task(generator)), ['own', 'generator']);
      assert.deepEqual(functions(await new Task(asynchronous)).slice(0, 2), [
        'own',
        'asynchronous',
      ]);
    }));

  test('is that of the error of one that failed', () =>
    withVirtualTime(async () => {
      function* failing(): Generator<undefined, never, unknown> {
        yield;
        throw new RangeError('far');
      }
      const task = createTask(failing, { name: 'failing' });
      await sleep(1);
      assert.deepEqual(functions(task.getStack()), ['failing']);
      assert.deepEqual(
        printed((file) => task.printStack({ file })),
        [
          'Traceback for <Task failing failed> (most recent call first):',
          '    at failing',
          'RangeError: far',
        ],
      );
      await assert.rejects(task.then(), RangeError);
      const odd = createTask(() => {
        throw 'no error';
      });
      await assert.rejects(odd.then(), (error) => error === 'no error');
      assert.deepEqual(odd.getStack(), []);
    }));

  test('does not count as having looked at the error', async () => {
    assert.ok(globalThis.gc, 'run through `npm test`, which gives Node --expose-gc');
    const lost: unknown[] = [];
    const before = setUnretrievedHook((error) => lost.push((error as Error).message));
    try {
      await (async () => {
        const task = new Task(() => {
          throw new RangeError('dropped');
        });
        await sleep(0);
        await sleep(0);
        assert.equal(task.getStack().length > 0, true);
      })();
      for (let i = 0; i < 10 && lost.length === 0; i++) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        globalThis.gc();
      }
    } finally {
      setUnretrievedHook(before);
    }
    assert.deepEqual(lost, ['dropped']);
  });
});

suite('printStack of a task', () => {
  test('tells whose stack it is, or that there is none', () =>
    withVirtualTime(async () => {
      const until = new Future<void>();
      const task = new Task(outer(until), { name: 'reader' });
      const lines = [printed((file) => task.printStack({ file }))];
      await sleep(1);
      lines.push(printed((file) => task.printStack({ file, limit: 1 })));
      task.cancel();
      await assert.rejects(task.then(), CancelledError);
      lines.push(printed((file) => task.printStack({ file })));
      assert.deepEqual(lines, [
        ['No stack for <Task reader pending>'],
        ['Stack for <Task reader pending> (most recent call first):', '    at inner'],
        ['No stack for <Task reader cancelled>'],
      ]);
    }));
});
