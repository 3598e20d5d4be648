import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { Future } from '../../src/future/future.ts';
import { spawn, wait } from '../../src/public/index.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { allTasks } from '../../src/task/all-tasks.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

async function collect(): Promise<void> {
  assert.ok(globalThis.gc, 'run through `npm test`, which gives Node --expose-gc');
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
}

suite('a task that nobody holds', () => {
  const bodies = {
    'a generator': (hold: (future: WeakRef<Future>) => void, events: string[]) =>
      function* () {
        // It waits for a future that nobody else holds either.
        const future = new Future<void>();
        hold(new WeakRef<Future>(future));
        try {
          yield* future;
        } finally {
          events.push('tidied up');
        }
      },
    'an async function':
      (hold: (future: WeakRef<Future>) => void, events: string[]) => async () => {
        const future = new Future<void>();
        hold(new WeakRef<Future>(future));
        try {
          await future;
        } finally {
          events.push('tidied up');
        }
      },
  };
  for (const [style, body] of Object.entries(bodies)) {
    test(`over ${style} is there as long as it is pending, and not longer`, async () => {
      const events: string[] = [];
      let future: WeakRef<Future> | undefined;
      const reference = (() =>
        new WeakRef(
          new Task(
            body((made) => (future = made), events),
            { name: 'lost' },
          ),
        ))();
      await collect();
      assert.deepEqual(
        [...allTasks()].map(({ name }) => name),
        ['lost'],
      );
      assert.notEqual(reference.deref(), undefined);
      future!.deref()!.setResult(undefined);
      await collect();
      assert.deepEqual(events, ['tidied up']);
      assert.equal(allTasks().size, 0);
      assert.equal(reference.deref(), undefined);
    });
  }
});

suite('a task that starts eagerly', () => {
  const names = (): string[] => [...allTasks()].map(({ name }) => name);
  const eager = (name: string, body: () => unknown): Task =>
    new Task(body, { name, eagerStart: true });

  test('is there from its first step on, and not longer than it is pending', () =>
    withVirtualTime(async () => {
      const seen: string[][] = [];
      const gate = new Future<void>();
      const outer = eager('outer', function* () {
        eager('done at once', () => void seen.push(names()));
        eager('fails at once', () => {
          seen.push(names());
          throw new Error('on purpose');
        }).exception();
        eager('waits', function* () {
          seen.push(names());
          yield* gate;
        });
        seen.push(names());
        yield* gate;
      });
      seen.push(names());
      gate.setResult();
      await outer;
      await undefined;
      seen.push(names());
      assert.deepEqual(seen, [
        ['outer', 'done at once'],
        ['outer', 'fails at once'],
        ['outer', 'waits'],
        ['waits', 'outer'],
        ['waits', 'outer'],
        [],
      ]);
    }));

  test(
    'is there also while its first step is parked, in whatever order such steps end',
    {
      skip: stackInfo().backend === 'off' ? 'no stacks' : false,
    },
    () =>
      withVirtualTime(async () => {
        const gates = [new Future<void>(), new Future<void>()] as const;
        const greenlets = gates.map((gate, i) =>
          spawn(() => eager(`step ${i}`, () => wait(gate)).done()),
        );
        const seen: string[][] = [];
        const watch = new Task(
          async () => {
            await new Promise<void>((resolve) => setImmediate(resolve));
            seen.push(names());
            gates[0].setResult();
            await greenlets[0];
            seen.push(names());
            gates[1].setResult();
            await greenlets[1];
            seen.push(names());
          },
          { name: 'watch' },
        );
        await watch;
        assert.deepEqual(seen, [['watch', 'step 0', 'step 1'], ['watch', 'step 1'], ['watch']]);
        assert.deepEqual(await Promise.all(greenlets), [true, true]);
      }),
  );
});
