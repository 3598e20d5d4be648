import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { GreenletExit } from '../../src/public/greenlet.ts';
import type { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { main } from '../../src/hub/main.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { Condition, Lock } from '../../src/public/sync.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { rejects } from '../task/rejects.ts';
import { inEachStyle, type Script, type Stage, styles } from './three-styles.ts';

function waiter(stage: Stage, condition: Condition, name: string): Script {
  return function* () {
    yield condition.acquire();
    try {
      yield condition.wait();
      stage.events.push(`${name} was notified`);
    } catch (error) {
      stage.events.push(`${name}: ${(error as Error).name}, locked: ${condition.locked()}`);
      throw error;
    } finally {
      condition.release();
    }
  };
}

async function notify(condition: Condition, n: number): Promise<void> {
  await condition.acquire();
  condition.notify(n);
  condition.release();
}

suite('a condition', () => {
  inEachStyle('wakes as many as are notified, longest waiting first', async (stage) => {
    const condition = new Condition();
    for (const name of ['a', 'b', 'c', 'd']) stage.enter(waiter(stage, condition, name));
    await stage.turns(2);
    await notify(condition, 2);
    await stage.turns(4);
    assert.deepEqual(stage.events, ['a was notified', 'b was notified']);
    await condition.acquire();
    condition.notifyAll();
    stage.events.push('still locked');
    condition.release();
    await stage.exeunt();
    assert.deepEqual(stage.events.slice(2), ['still locked', 'c was notified', 'd was notified']);
  });

  inEachStyle('releases the lock while it waits, and has it again after', async (stage) => {
    const lock = new Lock();
    const condition = new Condition(lock);
    stage.enter(function* () {
      yield condition.acquire();
      stage.events.push(yield condition.wait(), lock.locked());
      condition.release();
    });
    await stage.turns(2);
    assert.equal(lock.locked(), false);
    await notify(condition, 1);
    await stage.exeunt();
    assert.deepEqual(stage.events, [true, true]);
    assert.equal(lock.locked(), false);
  });

  inEachStyle(
    'waitFor looks again at each notification, and results in what it saw',
    async (stage) => {
      const condition = new Condition();
      const letters: string[] = [];
      const actor = stage.enter(function* () {
        yield condition.acquire();
        const letter: string = yield condition.waitFor(() => {
          stage.events.push(`sees ${letters.length}`);
          return letters[0];
        });
        condition.release();
        return letter;
      });
      await stage.turns(2);
      await notify(condition, 1);
      await stage.turns(3);
      letters.push('A');
      await notify(condition, 1);
      assert.equal(await actor, 'A');
      assert.deepEqual(stage.events, ['sees 0', 'sees 0', 'sees 1']);
    },
  );

  inEachStyle('has the lock again when it is cancelled', async (stage) => {
    const condition = new Condition();
    const actor = stage.enter(waiter(stage, condition, 'a'));
    await stage.turns(2);
    await condition.acquire();
    actor.cancel();
    await stage.turns(3);
    assert.deepEqual(stage.events, []);
    condition.release();
    await rejects(actor, CancelledError);
    assert.deepEqual(stage.events, ['a: CancelledError, locked: true']);
    assert.equal(condition.locked(), false);
  });

  inEachStyle('waits for the lock through further cancellations', async (stage) => {
    const condition = new Condition();
    const actor = stage.enter(waiter(stage, condition, 'a'));
    await stage.turns(2);
    await condition.acquire();
    for (const message of ['first', 'second', 'last']) {
      actor.cancel(message);
      await stage.turns(2);
      assert.equal(actor.done(), false);
    }
    condition.release();
    await rejects(actor, { name: 'CancelledError', message: 'last' });
    assert.equal(condition.locked(), false);
  });

  inEachStyle('passes a notification on if it is cancelled with it', async (stage) => {
    const condition = new Condition();
    const a = stage.enter(waiter(stage, condition, 'a'));
    stage.enter(waiter(stage, condition, 'b'));
    await stage.turns(2);
    await notify(condition, 1);
    a.cancel();
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a: CancelledError, locked: true', 'b was notified']);
  });

  inEachStyle(
    'passes a notification on if it is cancelled while it waits for the lock',
    async (stage) => {
      const condition = new Condition();
      const a = stage.enter(waiter(stage, condition, 'a'));
      stage.enter(waiter(stage, condition, 'b'));
      await stage.turns(2);
      await condition.acquire();
      condition.notify(1);
      await stage.turns(3); // a is notified, and waits for the lock
      a.cancel();
      await stage.turns(3);
      condition.release();
      await stage.exeunt();
      assert.deepEqual(stage.events, ['a: CancelledError, locked: true', 'b was notified']);
    },
  );

  inEachStyle('notifies the next if it is cancelled, though it was not notified', async (stage) => {
    const condition = new Condition();
    const a = stage.enter(waiter(stage, condition, 'a'));
    for (const name of ['b', 'c']) stage.enter(waiter(stage, condition, name));
    await stage.turns(2);
    a.cancel();
    await stage.turns(5);
    assert.deepEqual(stage.events, ['a: CancelledError, locked: true', 'b was notified']);
    await notify(condition, 1);
    await stage.exeunt();
  });

  inEachStyle('a notification is not spent on one who was cancelled before', async (stage) => {
    const condition = new Condition();
    const a = stage.enter(waiter(stage, condition, 'a'));
    stage.enter(waiter(stage, condition, 'b'));
    await stage.turns(2);
    await condition.acquire();
    a.cancel();
    condition.notify(1);
    condition.release();
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a: CancelledError, locked: true', 'b was notified']);
  });

  inEachStyle(
    'is given up with the reason of an aborted signal, holding the lock',
    async (stage) => {
      const condition = new Condition();
      const controller = new AbortController();
      const { signal } = controller;
      const actor = stage.enter(function* () {
        yield condition.acquire({ signal });
        try {
          yield condition.waitFor(() => false, { signal });
        } finally {
          stage.events.push(condition.locked());
          condition.release();
        }
      });
      await stage.turns(2);
      controller.abort(new Error('enough'));
      await rejects(actor, /enough/);
      assert.deepEqual(stage.events, [true]);
    },
  );

  inEachStyle('only whoever holds the lock may wait and notify', async (stage) => {
    const condition = new Condition();
    const actor = stage.enter(function* () {
      yield condition.wait();
    });
    await rejects(actor, InvalidStateError);
    assert.throws(() => condition.notify(), /acquire it first/);
    assert.throws(() => condition.notifyAll(), InvalidStateError);
    const other = stage.enter(function* () {
      yield condition.waitFor(() => true);
    });
    await rejects(other, InvalidStateError);
  });

  test('bad arguments are refused', async () => {
    assert.throws(() => new Condition({} as Lock), /`lock` to be a Lock, got/);
    const condition = new Condition();
    assert.throws(() => condition.waitFor(5 as never), /`predicate` to be a function, got 5/);
    await condition.acquire();
    assert.throws(() => condition.notify(1.5), /`n` to be a whole number from 0 up, got 1.5/);
  });

  if (styles.includes('greenlet')) {
    test('a killed greenlet has the lock again where it cleans up', () =>
      withVirtualTime(() =>
        main(() => {
          const condition = new Condition();
          const task: GreenletTask<unknown> = spawn(() => {
            wait(condition.acquire());
            try {
              wait(condition.wait());
            } finally {
              condition.release();
            }
          });
          wait(Promise.resolve());
          wait(condition.acquire());
          task.kill(undefined, { block: false });
          condition.release();
          assert.ok(task.get() instanceof GreenletExit);
          assert.equal(condition.locked(), false);
        }),
      ));
  }
});
