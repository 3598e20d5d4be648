import assert from 'node:assert/strict';
import { suite } from 'node:test';

import {
  asCompleted,
  captureCallGraph,
  createTask,
  currentTask,
  type FutureCallGraph,
  gather,
  shield,
  sleep,
  staggeredRace,
  type Task,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '../../src/public/asyncio.ts';
import { inEachStyle } from './styles.ts';

async function failing(): Promise<never> {
  throw new RangeError('failed');
}

/** Whether some chain of those who wait for `graph` leads to `waiter`. */
function isAwaitedBy(graph: FutureCallGraph | null, waiter: unknown): boolean {
  return graph!.awaitedBy.some(
    (above) => (above.future as unknown) === waiter || isAwaitedBy(above, waiter),
  );
}

suite('the call graph shows who waits', () => {
  inEachStyle('in a group, in `wait`, in `gather`, behind a shield', function* ({ fn, start }) {
    const ways: [string, (inner: Task) => unknown][] = [
      ['gather', (inner) => gather(inner, sleep(1))],
      ['wait', (inner) => wait([inner])],
      ['shield', (inner) => shield(inner)],
      ['asCompleted', (inner) => [...asCompleted([inner])][0]],
      [
        'timeout',
        (inner) =>
          timeout(
            100,
            fn(function* () {
              yield inner;
            }),
          ),
      ],
    ];
    for (const [name, way] of ways) {
      const inner = createTask(async () => sleep(10));
      const waiter = start(function* () {
        yield way(inner);
      });
      yield sleep(5);
      assert.equal(isAwaitedBy(captureCallGraph(inner), waiter), true, name);
      yield waiter;
      assert.deepEqual(captureCallGraph(inner)?.awaitedBy, [], name);
    }
  });

  inEachStyle('no longer, once the wait is over', function* ({ start }) {
    const ways: [string, (inner: Task) => unknown][] = [
      ['gather', (inner) => gather(inner, failing(), sleep(1))],
      ['wait', (inner) => wait([inner], { timeout: 1 })],
      ['waitFor', (inner) => waitFor(shield(inner), 1)],
      ['shield', (inner) => waitFor(shield(inner), 1)],
      ['asCompleted', (inner) => [...asCompleted([inner], { timeout: 1 })][0]],
      ['asCompleted, left early', (inner) => [...asCompleted([inner, sleep(1)])][0]],
    ];
    for (const [name, way] of ways) {
      const inner = createTask(async () => sleep(1000));
      const waiter = start(function* () {
        try {
          yield way(inner);
        } catch {
          // The time is up, or another one has failed.
        }
        yield sleep(100);
      });
      yield sleep(5);
      assert.deepEqual(captureCallGraph(inner)?.awaitedBy, [], name);
      yield waiter;
    }
  });

  inEachStyle('a group and a race, for the tasks that they start', function* ({ fn, start }) {
    let inner!: Task;
    const group = start(function* () {
      yield TaskGroup.run(
        fn(function* (given: TaskGroup) {
          inner = given.createTask(async () => sleep(10));
        }),
      );
    });
    yield sleep(5);
    assert.equal(isAwaitedBy(captureCallGraph(inner), group), true);
    yield group;
    let runner: unknown;
    const race = start(function* () {
      const attempt = async (): Promise<void> => {
        runner = currentTask();
        await sleep(10);
      };
      yield staggeredRace([attempt], null);
    });
    yield sleep(5);
    assert.equal(isAwaitedBy(captureCallGraph(runner as Task), race), true);
    yield race;
  });
});
