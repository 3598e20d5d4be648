import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
  ensureFuture,
  EventLoop,
  gather,
  getRunningLoop,
  run,
  shield,
  sleep,
  staggeredRace,
  Task,
  type TaskBody,
  TaskGroup,
  type TaskOptions,
  wait,
} from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

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

suite('a class of event loops that makes its tasks in its own way', () => {
  test('makes all of them: those of createTask, of gather, and of groups', () =>
    withVirtualTime(async () => {
      const made: string[] = [];
      class Counting extends EventLoop {
        override createTask<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
          const task = super.createTask(body, options);
          made.push(task.name);
          return task;
        }
      }
      const named = (name: string) => ({ name });
      const nothing = async (): Promise<void> => undefined;
      const main = async () => {
        createTask(nothing, named('created'));
        ensureFuture(nothing, named('ensured'));
        await gather(nothing, nothing);
        await TaskGroup.run((group) => void group.createTask(nothing, named('grouped')));
      };
      await run(main, { name: 'main', loopFactory: () => new Counting() });
      const names = made.map((name) => name.replace(/\d+/, 'N'));
      assert.deepEqual(names, ['main', 'created', 'ensured', 'Task-N', 'Task-N', 'grouped']);
    }));
});

suite('a class of tasks', () => {
  test('may have methods of any name, and its tasks are stepped as ever', () =>
    withVirtualTime(() =>
      run(async () => {
        class Wizard<T> extends Task<T> {
          page = 0;
          step(): number {
            return ++this.page;
          }
        }
        getRunningLoop().setTaskFactory(createEagerTaskFactory(Wizard));
        const task = createTask(async () => sleep(1, 'done')) as Wizard<string>;
        assert.equal(task.step(), 1);
        assert.equal(await task, 'done');
      }),
    ));
});
