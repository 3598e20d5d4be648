import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  captureCallGraph,
  coroutine,
  createTask,
  currentTask,
  formatCallGraph,
  Future,
  futureAddToAwaitedBy,
  type FutureCallGraph,
  futureDiscardFromAwaitedBy,
  gather,
  getRunningLoop,
  printCallGraph,
  run,
  sleep,
} from '../../src/public/asyncio.ts';
import { spawn, wait } from '../../src/public/index.ts';
import {
  AwaitCycleError,
  formatTasks,
  formatTaskTree,
  taskReports,
} from '../../src/public/inspect.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

/** Text without what changes from machine to machine and from edit to edit. */
const plain = (text: string): string =>
  text.replaceAll(/file:\S*\/(\w[\w.-]*\.ts):\d+:\d+/g, '$1').replaceAll('at async ', 'at ');

/** A graph in short: who stands where, and who waits for him. */
const short = (graph: FutureCallGraph | null): unknown =>
  graph === null
    ? null
    : [
        (graph.future as any).name ?? graph.future.constructor.name,
        graph.callStack.map((line) => plain(line)),
        graph.awaitedBy.map(short),
      ];

const stacks = { skip: stackInfo().backend === 'off' ? 'needs stacks' : false };

suite('the stack of a parked task', () => {
  test('shows a generator with all it delegates to, and leaves it where it was', () =>
    withVirtualTime(async () => {
      const future = new Future<string>();
      const inner = coroutine(function* inner(): Generator<Future, string, any> {
        return yield* future;
      });
      function* middle(): Generator<any, string, any> {
        const result = yield* inner();
        return `${result}!`;
      }
      const task = createTask(function* outer() {
        return yield* middle();
      });
      assert.equal(task.stack, undefined);
      await sleep(1);
      const expected = [
        'at inner (call-graph.test.ts)',
        'at middle (call-graph.test.ts)',
        'at outer (call-graph.test.ts)',
      ];
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(captureCallGraph(task)!.callStack.map(plain), expected);
      }
      future.setResult('done');
      // It is about to go on: there is nothing to be asked.
      assert.deepEqual(captureCallGraph(task)!.callStack, []);
      assert.equal(await task, 'done!');
      assert.equal(task.stack, undefined);
    }));

  test('is not asked for at a plain yield, which would go on', () =>
    withVirtualTime(async () => {
      const future = new Future<string>();
      const events: unknown[] = [];
      const task = createTask(function* (): Generator<any, void, any> {
        events.push(yield future);
        yield;
        events.push('after a turn');
      });
      await sleep(1);
      assert.equal(task.stack, undefined);
      future.setResult('done');
      await task;
      assert.deepEqual(events, ['done', 'after a turn']);
    }));

  test('runs no code of the task', () =>
    withVirtualTime(async () => {
      const events: string[] = [];
      const task = createTask(function* () {
        for (;;) {
          events.push('before');
          try {
            yield* sleep(10);
          } finally {
            events.push('after');
          }
        }
      });
      await sleep(1);
      for (let i = 0; i < 10; i++) assert.match(task.stack!, /call-graph\.test\.ts/);
      assert.deepEqual(events, ['before']);
      await sleep(10);
      assert.deepEqual(events, ['before', 'after', 'before']);
      task.cancel();
      await sleep(0);
      assert.deepEqual(events, ['before', 'after', 'before', 'after']);
    }));

  // Before, V8 gives no async frames to a `then` that an `await` calls.
  const asyncFrames = {
    skip: Number(process.versions.node.split('.')[0]) < 26 ? 'V8 tells it from Node 26 on' : false,
  };

  test('of an async function is known in debug mode', asyncFrames, () =>
    withVirtualTime(async () => {
      const future = new Future<void>();
      await run(
        async () => {
          const load = async function load(): Promise<void> {
            await future;
          };
          const task = createTask(async function work() {
            await load();
          });
          await sleep(1);
          assert.deepEqual(captureCallGraph(task)!.callStack.map(plain), [
            'at load (call-graph.test.ts)',
            'at work (call-graph.test.ts)',
          ]);
          future.setResult();
          await task;
        },
        { debug: true },
      );
    }),
  );

  test('of the task that runs is where it asks', () =>
    withVirtualTime(async () => {
      const seen = await createTask(
        function* outer() {
          yield* sleep(1);
          const inner = (): FutureCallGraph | null => captureCallGraph();
          return short(inner());
        },
        { name: 'me' },
      );
      assert.deepEqual(seen, [
        'me',
        ['at inner (call-graph.test.ts)', 'at outer (call-graph.test.ts)'],
        [],
      ]);
    }));
});

suite('a call graph', () => {
  const chain = () => {
    const leaf = createTask(
      function* leaf() {
        yield* sleep(100);
      },
      { name: 'leaf' },
    );
    const middle = createTask(
      function* middle() {
        yield* leaf;
      },
      { name: 'middle' },
    );
    const top = createTask(async () => middle, { name: 'top' });
    return { leaf, middle, top };
  };

  test('tells who waits for whom, in all styles', () =>
    withVirtualTime(async () => {
      const { leaf } = chain();
      await sleep(1);
      const middle = ['middle', ['at middle (call-graph.test.ts)'], [['top', [], []]]];
      assert.deepEqual(short(captureCallGraph(leaf)), [
        'leaf',
        ['at leaf (call-graph.test.ts)'],
        [middle],
      ]);
    }));

  test('has greenlets in it, with their stacks', stacks, () =>
    withVirtualTime(async () => {
      const { leaf, top } = chain();
      const greenlet = spawn(function task() {
        (function deep() {
          wait(top);
        })();
      });
      greenlet.name = 'greenlet';
      await sleep(1);
      const graph = captureCallGraph(leaf)!;
      const last = graph.awaitedBy[0]!.awaitedBy[0]!.awaitedBy[0]!;
      assert.deepEqual(short(last), [
        'greenlet',
        ['at deep (call-graph.test.ts)', 'at task (call-graph.test.ts)'],
        [],
      ]);
      await greenlet;
    }),
  );

  test('goes through gather, and through what was noted by hand', () =>
    withVirtualTime(async () => {
      const child = createTask(async () => sleep(100), { name: 'child' });
      const parent = createTask(async () => gather([child]), { name: 'parent' });
      await sleep(1);
      assert.deepEqual(short(captureCallGraph(child)), [
        'child',
        [],
        [['Gathering', [], [['parent', [], []]]]],
      ]);
      futureAddToAwaitedBy(parent, child);
      futureAddToAwaitedBy(child, parent);
      assert.equal(captureCallGraph(child)!.awaitedBy.length, 2);
      futureDiscardFromAwaitedBy(child, parent);
      futureDiscardFromAwaitedBy(parent, child);
      assert.equal(captureCallGraph(child)!.awaitedBy.length, 1);
    }));

  test('as text', (context) =>
    withVirtualTime(async () => {
      const { leaf } = chain();
      await sleep(1);
      const text = [
        '* Task leaf',
        '  + Call stack:',
        '  |   at leaf (call-graph.test.ts)',
        '  + Awaited by:',
        '     * Task middle',
        '       + Call stack:',
        '       |   at middle (call-graph.test.ts)',
        '       + Awaited by:',
        '          * Task top',
      ].join('\n');
      assert.equal(plain(formatCallGraph(leaf)), text);
      const printed = context.mock.method(console, 'error', () => undefined);
      printCallGraph(leaf);
      assert.equal(plain(String(printed.mock.calls[0]!.arguments[0])), text);
    }));

  test('can be limited to the innermost or the outermost calls', () =>
    withVirtualTime(async () => {
      const task = createTask(function* a() {
        yield* (function* b() {
          yield* (function* c() {
            yield* sleep(10);
          })();
        })();
      });
      await sleep(1);
      const names = (limit: number) =>
        captureCallGraph(task, { limit })!.callStack.map((line) => /at (\w)/.exec(line)![1]);
      assert.deepEqual([names(2), names(-2), names(0)], [['c', 'b'], ['b', 'a'], []]);
    }));

  test('is of the current task, or there is none', () => {
    assert.equal(captureCallGraph(), null);
    assert.equal(formatCallGraph(), '');
    assert.throws(() => captureCallGraph(5 as never), /Expected a future or a task, got 5/);
  });
});

suite('all tasks', () => {
  test('as a table and as a tree', stacks, () =>
    withVirtualTime(async () => {
      await run(
        async () => {
          const leaf = createTask(
            function* leaf() {
              yield* sleep(100);
            },
            { name: 'leaf' },
          );
          const other = createTask(async () => sleep(100), { name: 'other' });
          createTask(
            function* both() {
              yield* gather([leaf, other]);
            },
            { name: 'both' },
          );
          const greenlet = spawn(function task() {
            wait(leaf);
          });
          greenlet.name = 'green';
          await sleep(1);
          assert.deepEqual(
            plain(formatTasks())
              .split('\n')
              .map((line) => line.replaceAll(/ {2,}/g, ' | ').trimEnd()),
            [
              'task | where | awaited by',
              'Task main | at run.name (call-graph.test.ts) | -',
              'Task leaf | at leaf (call-graph.test.ts) | Gathering, GreenletTask green',
              'Task other | - | Gathering',
              'Task both | at both (call-graph.test.ts) | -',
              'GreenletTask green | at task (call-graph.test.ts) | -',
            ],
          );
          assert.equal(
            formatTaskTree(),
            [
              'Task main',
              'Task both',
              '└── Gathering',
              '    ├── Task leaf',
              '    └── Task other',
              'GreenletTask green',
              '└── Task leaf',
            ].join('\n'),
          );
          assert.equal(taskReports()[0]!.task, currentTask());
          assert.ok(getRunningLoop().isRunning());
        },
        { name: 'main' },
      );
    }),
  );

  test('that wait for each other in a circle are an error that names them', () =>
    withVirtualTime(async () => {
      const tasks: any[] = [];
      const circle = (name: string, next: number) =>
        createTask(
          function* () {
            yield* tasks[next];
          },
          { name },
        );
      tasks.push(circle('a', 1), circle('b', 2), circle('c', 0));
      await sleep(1);
      assert.throws(
        () => formatTaskTree(),
        (error) =>
          error instanceof AwaitCycleError &&
          error.code === 'ERR_AWAIT_CYCLE' &&
          error.cycle.length === 3 &&
          /^Tasks wait for each other in a circle: Task (\w) -> Task \w -> Task \w -> Task \1$/.test(
            error.message,
          ),
      );
      // The graph of one of them ends where it would begin again.
      assert.match(formatCallGraph(tasks[0]), /Task a[^]*Task c[^]*Task b/);
    }));
});
