import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { BoundedSemaphore, type Hold, Semaphore } from '../../src/public/sync.ts';
import { rejects } from '../task/rejects.ts';
import { inEachStyle, type Script, type Stage } from './three-styles.ts';

function taker(stage: Stage, semaphore: Semaphore, name: string): Script {
  return function* () {
    yield semaphore.acquire();
    stage.events.push(name);
  };
}

suite('a semaphore', () => {
  inEachStyle('lets as many in as there are places', async (stage) => {
    const semaphore = new Semaphore(3);
    let inside = 0;
    let most = 0;
    for (let i = 0; i < 10; i++) {
      stage.enter(function* () {
        yield semaphore.acquire();
        most = Math.max(most, ++inside);
        stage.events.push(i);
        yield sleep(10 - i);
        inside--;
        semaphore.release();
      });
    }
    await stage.exeunt();
    assert.equal(most, 3);
    assert.deepEqual(stage.events, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(semaphore.value, 3);
  });

  inEachStyle('does not let newcomers in before those who were woken', async (stage) => {
    const semaphore = new Semaphore(0);
    stage.enter(taker(stage, semaphore, 'a'));
    stage.enter(taker(stage, semaphore, 'b'));
    await stage.turns(2);
    for (let i = 0; i < 3; i++) semaphore.release();
    // One place is left, but a and b come first.
    assert.deepEqual([semaphore.value, semaphore.locked()], [1, true]);
    const newcomer = semaphore.acquire().then(() => stage.events.push('newcomer'));
    await stage.exeunt();
    await newcomer;
    assert.deepEqual(stage.events, ['a', 'b', 'newcomer']);
    assert.deepEqual([semaphore.value, semaphore.locked()], [0, true]);
  });

  inEachStyle('a place goes to the next if its owner is cancelled on the way', async (stage) => {
    const semaphore = new Semaphore(0);
    const a = stage.enter(taker(stage, semaphore, 'a'));
    stage.enter(taker(stage, semaphore, 'b'));
    await stage.turns(2);
    semaphore.release();
    a.cancel();
    await rejects(a, CancelledError);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['b']);
    assert.equal(semaphore.value, 0);
  });

  inEachStyle('a place is back if nobody wants it any more', async (stage) => {
    const semaphore = new Semaphore(0);
    const actors = ['a', 'b'].map((name) => stage.enter(taker(stage, semaphore, name)));
    await stage.turns(2);
    semaphore.release();
    semaphore.release();
    for (const actor of actors) actor.cancel();
    await stage.exeunt();
    assert.deepEqual([semaphore.value, semaphore.locked(), stage.events], [2, false, []]);
  });

  inEachStyle('the place that `hold` got is given back once', async (stage) => {
    const semaphore = new Semaphore(2);
    stage.enter(function* () {
      const hold: Hold = yield semaphore.hold();
      stage.events.push(semaphore.value);
      hold.release();
      hold[Symbol.dispose]();
      stage.events.push(semaphore.value);
    });
    await stage.exeunt();
    assert.deepEqual(stage.events, [1, 2]);
  });

  inEachStyle('is given up with the reason of an aborted signal', async (stage) => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const actor = stage.enter(function* () {
      yield semaphore.acquire({ signal: controller.signal });
    });
    await stage.turns(2);
    controller.abort(new Error('enough'));
    semaphore.release();
    await rejects(actor, /enough/);
    assert.equal(semaphore.value, 1);
  });

  test('has a whole number of places', () => {
    for (const value of [-1, 1.5, NaN, '3'])
      assert.throws(() => new Semaphore(value as number), /`value` to be a whole number from 0/);
  });

  test('that is bounded is not released more often than acquired', async () => {
    const semaphore = new BoundedSemaphore(1);
    assert.throws(() => semaphore.release(), InvalidStateError);
    await semaphore.acquire();
    semaphore.release();
    assert.throws(() => semaphore.release(), /bounded semaphore of 1 once more/);
    assert.equal(semaphore.value, 1);
  });
});
