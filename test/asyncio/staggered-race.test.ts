import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  allTasks,
  CancelledError,
  moveOnAfter,
  sleep,
  staggeredRace,
} from '../../src/public/asyncio.ts';
import { caught, inEachStyle, type Stage } from './styles.ts';

/** A runner that notes when it starts and how it ends; `outcome` may be an error. */
const runner =
  ({ note }: Stage, name: string, ms: number, outcome?: Error) =>
  async (): Promise<string> => {
    note(`${name} starts`);
    try {
      await sleep(ms);
    } catch (error) {
      note(`${name} cancelled`);
      throw error;
    }
    if (outcome !== undefined) throw outcome;
    return name;
  };

suite('staggeredRace', () => {
  inEachStyle('starts one after the other; the first that succeeds wins', function* (stage) {
    const [result, index, errors] = yield staggeredRace(
      [runner(stage, 'a', 1000), runner(stage, 'b', 30), runner(stage, 'c', 1000)],
      20,
    );
    assert.deepEqual([result, index], ['b', 1]);
    assert.deepEqual(stage.events, [
      'a starts @0',
      'b starts @20',
      'c starts @40',
      'a cancelled @50',
      'c cancelled @50',
    ]);
    assert.deepEqual(
      errors.map((error: unknown) => (error as Error | undefined)?.name),
      ['CancelledError', undefined, 'CancelledError'],
    );
    assert.equal(stage.loop.timerCount, 1);
  });

  inEachStyle('one that fails lets the next start at once', function* (stage) {
    const failure = new RangeError('failed');
    const outcome = yield staggeredRace(
      [runner(stage, 'a', 5, failure), runner(stage, 'b', 5)],
      20,
    );
    assert.deepEqual(outcome, ['b', 1, [failure, undefined]]);
    assert.deepEqual(stage.events, ['a starts @0', 'b starts @5']);
  });

  inEachStyle('but not one that is not the latest', function* (stage) {
    const failure = new RangeError('failed');
    yield staggeredRace(
      [runner(stage, 'a', 25, failure), runner(stage, 'b', 100), runner(stage, 'c', 1)],
      20,
    );
    assert.deepEqual(stage.events, [
      'a starts @0',
      'b starts @20',
      'c starts @40',
      'b cancelled @41',
    ]);
  });

  inEachStyle('without a delay, each waits for the one before to fail', function* (stage) {
    const failure = new RangeError('failed');
    const outcome = yield staggeredRace(
      [runner(stage, 'a', 100, failure), runner(stage, 'b', 100), runner(stage, 'c', 1)],
      null,
    );
    assert.deepEqual(outcome, ['b', 1, [failure, undefined]]);
    assert.deepEqual(stage.events, ['a starts @0', 'b starts @100']);
  });

  inEachStyle('if all fail there is no winner, and there are all errors', function* (stage) {
    const failures = [new RangeError('one'), new RangeError('two')] as const;
    const outcome = yield staggeredRace(
      [runner(stage, 'a', 50, failures[0]), runner(stage, 'b', 5, failures[1])],
      20,
    );
    assert.deepEqual(outcome, [undefined, undefined, failures]);
    assert.equal(stage.now(), 50);
    assert.deepEqual(yield staggeredRace([], 20), [undefined, undefined, []]);
  });

  inEachStyle('two that succeed in one turn: the first of them wins', function* (stage) {
    const outcome = yield staggeredRace([runner(stage, 'a', 30), runner(stage, 'b', 10)], 20);
    assert.deepEqual(outcome.slice(0, 2), ['a', 0]);
  });

  inEachStyle('waits until the losers have cleaned up', function* (stage) {
    const slow = async (): Promise<void> => {
      try {
        await sleep(1000);
      } finally {
        await sleep(40);
        stage.note('cleaned up');
      }
    };
    yield staggeredRace<unknown>([slow, runner(stage, 'b', 10)], 0);
    assert.deepEqual(stage.events, ['b starts @0', 'cleaned up @50']);
  });

  inEachStyle('cancelled, it cancels all, and starts no other', function* (stage) {
    const { start, events } = stage;
    const task = start(function* () {
      yield staggeredRace([runner(stage, 'a', 1000), runner(stage, 'b', 1000)], 20);
    });
    yield sleep(10);
    task.cancel();
    assert.ok((yield* caught(task)) instanceof CancelledError);
    assert.deepEqual(events, ['a starts @0', 'a cancelled @10']);
    const mine = [...allTasks()].filter((one) => one !== task && one.name.startsWith('runner'));
    assert.deepEqual(mine, []);
  });

  inEachStyle('in a scope that is cancelled, all end', function* (stage) {
    const { fn, events } = stage;
    const result = yield moveOnAfter(
      10,
      fn(function* () {
        yield staggeredRace([runner(stage, 'a', 1000), runner(stage, 'b', 1000)], 5);
      }),
    );
    assert.equal(result, undefined);
    assert.deepEqual(events.slice(2), ['a cancelled @10', 'b cancelled @10']);
  });

  inEachStyle('ends with the reason of a signal', function* (stage) {
    const controller = new AbortController();
    const { signal } = controller;
    stage.loop.callLater(10, () => controller.abort('enough'));
    const race = staggeredRace([runner(stage, 'a', 1000)], null, { signal });
    assert.equal(yield* caught(race), 'enough');
    assert.deepEqual(stage.events, ['a starts @0', 'a cancelled @10']);
  });

  test('refuses what cannot be started', () => {
    assert.throws(() => staggeredRace([5 as never], 20), { code: 'ERR_INVALID_ARGUMENT' });
    assert.throws(() => staggeredRace([], -1), { code: 'ERR_INVALID_ARGUMENT' });
  });
});
