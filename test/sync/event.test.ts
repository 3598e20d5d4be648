import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Event } from '../../src/public/sync.ts';
import { Task } from '../../src/task/task.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { inEachStyle, type Script, type Stage } from './three-styles.ts';

function waiter(stage: Stage, event: Event, name: string): Script {
  return function* () {
    stage.events.push(`${name} waits`);
    const result: true = yield event.wait();
    stage.events.push(`${name} ${result}`);
  };
}

suite('an event', () => {
  inEachStyle('wakes all who wait, in the order in which they came', async (stage) => {
    const event = new Event();
    for (const name of ['a', 'b', 'c']) stage.enter(waiter(stage, event, name));
    await stage.turns(2);
    event.set();
    stage.events.push('set');
    await stage.exeunt();
    assert.deepEqual(stage.events, [
      'a waits',
      'b waits',
      'c waits',
      'set',
      'a true',
      'b true',
      'c true',
    ]);
  });

  inEachStyle('does not hold anyone up while it is set', async (stage) => {
    const event = new Event();
    event.set();
    stage.enter(waiter(stage, event, 'a'));
    stage.time.loop.callSoon(() => stage.events.push('another handle'));
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a waits', 'a true', 'another handle']);
  });

  inEachStyle('wakes those who waited even if it is cleared at once', async (stage) => {
    const event = new Event();
    stage.enter(waiter(stage, event, 'a'));
    await stage.turns(2);
    event.set();
    event.clear();
    const late = stage.enter(waiter(stage, event, 'late'));
    await stage.turns(4);
    assert.deepEqual(stage.events, ['a waits', 'a true', 'late waits']);
    assert.equal(event.isSet(), false);
    late.cancel();
    await rejects(late, CancelledError);
  });

  inEachStyle('one who is cancelled is no trouble to the others', async (stage) => {
    const event = new Event();
    const actors = ['a', 'b', 'c'].map((name) => stage.enter(waiter(stage, event, name)));
    await stage.turns(2);
    actors[0]!.cancel();
    event.set();
    actors[1]!.cancel();
    await rejects(actors[0]!, CancelledError);
    await rejects(actors[1]!, CancelledError);
    await stage.exeunt();
    assert.deepEqual(stage.events.slice(3), ['c true']);
  });

  inEachStyle('is given up when a signal is aborted', async (stage) => {
    const event = new Event();
    const actor = stage.enter(function* () {
      yield event.wait({ signal: AbortSignal.abort(new Error('before')) });
    });
    await rejects(actor, /before/);
    const controller = new AbortController();
    const other = stage.enter(function* () {
      yield event.wait({ signal: controller.signal });
    });
    await stage.turns(2);
    controller.abort(new Error('meanwhile'));
    await rejects(other, /meanwhile/);
  });

  test('a hundred thousand who are cancelled leave in linear time', () =>
    withVirtualTime(async () => {
      const event = new Event();
      const tasks = Array.from(
        { length: 100_000 },
        () =>
          new Task(function* () {
            yield* event.wait();
          }),
      );
      await new Task(function* () {
        yield;
      });
      // Newest first: the worst order for a list that is searched from its beginning.
      for (const task of tasks.toReversed()) task.cancel();
      await Promise.allSettled(tasks);
      assert.ok(tasks.every((task) => task.cancelled()));
    }));
});
