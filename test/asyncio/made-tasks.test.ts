import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  currentTask,
  eagerTaskFactory,
  ensureFuture,
  gather,
  getRunningLoop,
  run,
  shield,
  sleep,
  staggeredRace,
  TaskGroup,
  wait,
} from '../../src/asyncio/index.ts';
import { withVirtualTime } from '../../src/testing/index.ts';

suite('what is no future yet', () => {
  test('becomes a task of the event loop, made by its task factory', () =>
    withVirtualTime(() =>
      run(async () => {
        getRunningLoop().setTaskFactory(eagerTaskFactory);
        const begun: string[] = [];
        const work = (name: string) =>
          function* (): Generator<unknown, string, unknown> {
            begun.push(name);
            yield* sleep(1);
            return name;
          };
        const waits = [
          gather(work('gather')),
          ensureFuture(work('ensureFuture')),
          shield(work('shield')),
          wait([work('wait')()]),
          TaskGroup.run((group) => {
            group.createTask(work('group'));
          }),
        ];
        // Eager tasks have begun; operations do when they are waited for.
        assert.deepEqual(begun, ['gather', 'ensureFuture', 'shield', 'wait']);
        await Promise.all([...waits, staggeredRace([work('race')], null)]);
        assert.deepEqual(begun.slice(4), ['group', 'race']);
      }),
    ));

  test('belongs to the family of whoever waits', () =>
    withVirtualTime(() =>
      run(async () => {
        const root = currentTask()?.root;
        const same = async (): Promise<boolean> => currentTask()?.root === root;
        assert.deepEqual(await gather(same, same()), [true, true]);
        const [result] = await staggeredRace([same], null);
        assert.equal(result, true);
        await TaskGroup.run(async (group) => {
          assert.equal(await group.createTask(same), true);
        });
      }),
    ));
});
