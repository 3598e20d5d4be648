import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  captureCallGraph,
  createTask,
  formatCallGraph,
  type FutureCallGraph,
  printCallGraph,
  sleep,
} from '../../src/public/asyncio.ts';
import { InvalidArgumentError } from '../../src/public/index.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

/** The names of the calls of a graph. */
const names = (graph: FutureCallGraph | null): (string | undefined)[] =>
  graph!.callStack.map((line) => /at (?:\w+\.)?(\w+)/.exec(line)?.[1]);

/** What `ask` returns, called from `middle` of `outer`, the code of a task. */
const within = <R>(ask: () => R) =>
  createTask(function* outer() {
    yield* sleep(1);
    return (function middle() {
      return ask();
    })();
  });

suite('depth', () => {
  test('says at which call the stack of the current task begins', () =>
    withVirtualTime(async () => {
      const at = (depth?: number) =>
        within(function inner() {
          return names(captureCallGraph(undefined, { depth }));
        });
      assert.deepEqual(
        [await at(), await at(0), await at(1), await at(2), await at(3), await at(4)],
        [
          ['inner', 'middle', 'outer'],
          ['inner', 'middle', 'outer'],
          ['inner', 'middle', 'outer'],
          ['middle', 'outer'],
          ['outer'],
          [],
        ],
      );
    }));

  test('comes before the limit, and shows as many calls as without it', () =>
    withVirtualTime(async () => {
      const nested = (left: number): FutureCallGraph | null =>
        left > 0 ? nested(left - 1) : captureCallGraph(undefined, { depth: 31 });
      const graph = await within(() => nested(39));
      assert.deepEqual(
        names(graph),
        Array.from({ length: 10 }, () => 'nested'),
      );
      const limited = await within(function inner() {
        return names(captureCallGraph(undefined, { depth: 2, limit: 1 }));
      });
      assert.deepEqual(limited, ['middle']);
    }));

  test('leaves the stacks of others, and the limit of V8, as they are', () =>
    withVirtualTime(async () => {
      const before = Error.stackTraceLimit;
      const task = createTask(function* waiting() {
        yield* sleep(10);
      });
      await sleep(1);
      assert.deepEqual(names(captureCallGraph(task, { depth: 5 })), ['waiting']);
      const waiter = createTask(function* waiter() {
        yield* task;
      });
      await sleep(1);
      const [by] = captureCallGraph(task, { depth: 5 })!.awaitedBy;
      assert.deepEqual([by!.future, names(by!)], [waiter, ['waiter']]);
      assert.equal(Error.stackTraceLimit, before);
      await task;
    }));

  test('is a whole number from 0 up', () =>
    withVirtualTime(async () => {
      const task = createTask(async () => sleep(1));
      for (const depth of [-1, 0.5, '1'])
        assert.throws(
          () => captureCallGraph(task, { depth: depth as number }),
          (error) => error instanceof InvalidArgumentError && /`depth`/.test(error.message),
        );
      await task;
    }));
});

suite('a graph is printed', () => {
  test('into a file, with a line break at its end, and not on stderr', (context) =>
    withVirtualTime(async () => {
      const printed = context.mock.method(console, 'error', () => undefined);
      const task = createTask(
        function* waiting() {
          yield* sleep(10);
        },
        { name: 'waiter' },
      );
      await sleep(1);
      const written: string[] = [];
      printCallGraph(task, { file: { write: (text) => written.push(text) } });
      assert.deepEqual(written, [`${formatCallGraph(task)}\n`]);
      assert.match(written[0]!, /^\* Task waiter\n {2}\+ Call stack:\n/);
      assert.equal(printed.mock.callCount(), 0);
      await task;
    }));

  test('with the depth and the limit that were asked for', () =>
    withVirtualTime(async () => {
      const written: string[] = [];
      await within(function inner() {
        const file = { write: (text: string) => written.push(text) };
        printCallGraph(null, { depth: 2, limit: 1, file });
      });
      assert.match(
        written.join(''),
        /^\* Task Task-\d+\n {2}\+ Call stack:\n {2}\| {3}at middle [^\n]*\n$/,
      );
    }));
});
