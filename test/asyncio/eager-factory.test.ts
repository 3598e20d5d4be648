import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createTask, eagerTaskFactory, getRunningLoop, run } from '../../src/public/asyncio.ts';

test('of eager tasks that do not wait, all but async functions are done at once, and those when awaited', () =>
  run(async () => {
    getRunningLoop().setTaskFactory(eagerTaskFactory);
    const tasks = [
      createTask(function* (): Generator<undefined, number, unknown> {
        return 1;
      }),
      createTask(() => 2),
      createTask(async () => 3),
    ];
    assert.deepEqual(
      tasks.map((task) => task.done()),
      [true, true, false],
    );
    assert.deepEqual(await Promise.all(tasks), [1, 2, 3]);
  }));
