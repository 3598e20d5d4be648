import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { type Hold, Lock } from '../../src/public/sync.ts';
import { rejects } from '../task/rejects.ts';
import { inEachStyle, type Script, type Stage } from './three-styles.ts';

/** Holds the lock for some turns. */
function holder(stage: Stage, lock: Lock, name: string, turns: number = 1): Script {
  return function* () {
    yield lock.acquire();
    stage.events.push(`${name} has it`);
    for (let i = 0; i < turns; i++) yield sleep(0);
    stage.events.push(`${name} releases it`);
    lock.release();
  };
}

suite('a lock', () => {
  inEachStyle('is held by one at a time, first come, first served', async (stage) => {
    const lock = new Lock();
    for (const name of ['a', 'b', 'c']) stage.enter(holder(stage, lock, name));
    await stage.exeunt();
    assert.deepEqual(
      stage.events,
      ['a', 'b', 'c'].flatMap((name) => [`${name} has it`, `${name} releases it`]),
    );
    assert.equal(lock.locked(), false);
  });

  inEachStyle('that is free is taken without yielding to others', async (stage) => {
    const lock = new Lock();
    stage.enter(function* () {
      for (let i = 0; i < 3; i++) {
        stage.events.push(yield lock.acquire());
        lock.release();
      }
      // A step of an async function ends with its promise jobs, which run before the next handle.
      stage.events.push('end of step');
    });
    stage.time.loop.callSoon(() => stage.events.push('another handle'));
    await stage.exeunt();
    assert.deepEqual(stage.events, [true, true, true, 'end of step', 'another handle']);
  });

  inEachStyle('is not taken from under one who was woken for it', async (stage) => {
    const lock = new Lock();
    stage.enter(holder(stage, lock, 'a'));
    stage.enter(holder(stage, lock, 'b'));
    await stage.turns(1);
    stage.enter(function* () {
      // It runs after the release and before b.
      stage.events.push(`free: ${!lock.locked()}`);
      yield lock.acquire();
      stage.events.push('c has it');
      lock.release();
    });
    await stage.exeunt();
    assert.deepEqual(stage.events, [
      'a has it',
      'a releases it',
      'free: true',
      'b has it',
      'b releases it',
      'c has it',
    ]);
  });

  inEachStyle('goes to the next if one who waits is cancelled', async (stage) => {
    const lock = new Lock();
    stage.enter(holder(stage, lock, 'a', 3));
    const b = stage.enter(holder(stage, lock, 'b'));
    stage.enter(holder(stage, lock, 'c'));
    await stage.turns(2);
    b.cancel();
    await rejects(b, CancelledError);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a has it', 'a releases it', 'c has it', 'c releases it']);
  });

  inEachStyle('goes to the next if one is cancelled after its wake-up', async (stage) => {
    const lock = new Lock();
    await lock.acquire();
    const b = stage.enter(holder(stage, lock, 'b'));
    stage.enter(holder(stage, lock, 'c'));
    await stage.turns(2);
    lock.release();
    b.cancel();
    await rejects(b, CancelledError);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['c has it', 'c releases it']);
    assert.equal(lock.locked(), false);
  });

  inEachStyle(
    'goes to the next a turn after one that is cancelled in the turn of the release',
    async (stage) => {
      const lock = new Lock();
      await lock.acquire();
      const b = stage.enter(function* () {
        try {
          yield lock.acquire();
        } finally {
          stage.events.push('b cleans up');
        }
      });
      stage.enter(holder(stage, lock, 'c'));
      await stage.turns(2);
      b.cancel();
      lock.release();
      stage.time.loop.callSoon(() => stage.events.push('in the same turn'));
      await rejects(b, CancelledError);
      await stage.exeunt();
      assert.deepEqual(stage.events.slice(0, 3), ['b cleans up', 'in the same turn', 'c has it']);
    },
  );

  inEachStyle('is free after all who waited are cancelled', async (stage) => {
    const lock = new Lock();
    await lock.acquire();
    const actors = [1, 2, 3].map((n) => stage.enter(holder(stage, lock, String(n))));
    await stage.turns(2);
    lock.release();
    for (const actor of actors) actor.cancel();
    await stage.exeunt();
    assert.equal(lock.locked(), false);
    assert.equal(await lock.acquire(), true);
  });

  inEachStyle('is given up with the reason of an aborted signal', async (stage) => {
    const lock = new Lock();
    await lock.acquire();
    const controller = new AbortController();
    const reason = new Error('enough');
    const actor = stage.enter(function* () {
      yield lock.acquire({ signal: controller.signal });
    });
    stage.enter(holder(stage, lock, 'next'));
    await stage.turns(2);
    controller.abort(reason);
    await rejects(actor, (error) => error === reason);
    lock.release();
    await stage.exeunt();
    assert.deepEqual(stage.events, ['next has it', 'next releases it']);
    const late = stage.enter(function* () {
      yield lock.acquire({ signal: controller.signal });
    });
    await rejects(late, (error) => error === reason);
    assert.equal(lock.locked(), false);
  });

  inEachStyle('that came before the signal was aborted is held', async (stage) => {
    const lock = new Lock();
    await lock.acquire();
    const controller = new AbortController();
    const actor = stage.enter(function* () {
      return yield lock.acquire({ signal: controller.signal });
    });
    await stage.turns(2);
    lock.release();
    controller.abort();
    assert.equal(await actor, true);
    assert.equal(lock.locked(), true);
  });

  inEachStyle('a cancellation in the turn of the abort is not mistaken for it', async (stage) => {
    const lock = new Lock();
    await lock.acquire();
    const controller = new AbortController();
    const actor = stage.enter(function* () {
      try {
        yield lock.acquire({ signal: controller.signal });
      } catch (error) {
        stage.events.push((error as Error).name);
        throw error;
      }
    });
    await stage.turns(2);
    controller.abort();
    actor.cancel();
    await stage.exeunt();
    assert.deepEqual(stage.events, ['CancelledError']);
    assert.equal(actor.cancelled(), true);
  });

  inEachStyle('is released by what `hold` results in, once', async (stage) => {
    const lock = new Lock();
    stage.enter(function* () {
      const hold: Hold = yield lock.hold();
      stage.events.push(lock.locked());
      hold[Symbol.dispose]();
      stage.events.push(lock.locked());
      yield lock.acquire();
      hold.release();
      stage.events.push(lock.locked());
      lock.release();
      const other: Hold = yield lock.hold();
      const released: Promise<void> = other[Symbol.asyncDispose]();
      stage.events.push(lock.locked());
      return released;
    });
    await stage.exeunt();
    assert.deepEqual(stage.events, [true, false, true, false]);
  });

  test('that nobody holds cannot be released', () => {
    assert.throws(() => new Lock().release(), InvalidStateError);
    assert.throws(() => new Lock().release(), /acquire it first/);
  });
});
