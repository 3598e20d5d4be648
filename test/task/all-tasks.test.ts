import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { Future } from '../../src/future/index.ts';
import { allTasks, Task } from '../../src/task/index.ts';

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
