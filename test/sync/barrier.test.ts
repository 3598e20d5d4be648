import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { Barrier, BrokenBarrierError } from '../../src/public/sync.ts';
import { rejects } from '../task/rejects.ts';
import { type Actor, inEachStyle, type Stage } from './three-styles.ts';

function party(stage: Stage, barrier: Barrier, name: string): Actor {
  return stage.enter(function* () {
    try {
      stage.events.push(`${name} ${yield barrier.wait()}`);
    } catch (error) {
      stage.events.push(`${name} ${(error as Error).name}`);
      throw error;
    }
  });
}

suite('a barrier', () => {
  inEachStyle('opens when all parties are there, and gives each a number', async (stage) => {
    const barrier = new Barrier(3);
    party(stage, barrier, 'a');
    party(stage, barrier, 'b');
    await stage.turns(2);
    assert.deepEqual([barrier.nWaiting, barrier.parties, barrier.broken], [2, 3, false]);
    assert.deepEqual(stage.events, []);
    party(stage, barrier, 'c');
    await stage.exeunt();
    assert.deepEqual(stage.events, ['c 2', 'a 0', 'b 1']);
    assert.equal(barrier.nWaiting, 0);
  });

  inEachStyle('of one never waits', async (stage) => {
    const barrier = new Barrier(1);
    stage.enter(function* () {
      stage.events.push(yield barrier.wait(), yield barrier.wait());
    });
    stage.time.loop.callSoon(() => stage.events.push('another handle'));
    await stage.exeunt();
    assert.deepEqual(stage.events, [0, 0, 'another handle']);
  });

  inEachStyle('those who come too early for the next round wait outside', async (stage) => {
    const barrier = new Barrier(2);
    for (const name of ['a', 'b', 'c', 'd', 'e']) party(stage, barrier, name);
    await stage.turns(8);
    assert.deepEqual(stage.events, ['b 1', 'a 0', 'd 1', 'c 0']);
    assert.equal(barrier.nWaiting, 1);
    party(stage, barrier, 'f');
    await stage.exeunt();
    assert.deepEqual(stage.events.slice(4), ['f 1', 'e 0']);
  });

  inEachStyle('whoever came counts until it has left, also if it was cancelled', async (stage) => {
    const barrier = new Barrier(2);
    const a = party(stage, barrier, 'a');
    await stage.turns(2);
    a.cancel();
    assert.equal(barrier.nWaiting, 1);
    assert.equal(await barrier.wait(), 1);
    await rejects(a, CancelledError);
    assert.equal(barrier.nWaiting, 0);
    party(stage, barrier, 'b');
    await stage.turns(2);
    assert.deepEqual([barrier.nWaiting, stage.events], [1, ['a CancelledError']]);
    assert.equal(await barrier.wait(), 1);
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a CancelledError', 'b 0']);
  });

  inEachStyle('does not count one who left; its number is given out again', async (stage) => {
    const barrier = new Barrier(3);
    const a = party(stage, barrier, 'a');
    party(stage, barrier, 'b');
    await stage.turns(2);
    a.cancel();
    await rejects(a, CancelledError);
    assert.equal(barrier.nWaiting, 1);
    party(stage, barrier, 'c');
    party(stage, barrier, 'd');
    await stage.exeunt();
    assert.deepEqual(stage.events, ['a CancelledError', 'd 2', 'b 1', 'c 1']);
  });

  inEachStyle(
    'whoever leaves with an error calls the first, who waits again as the last',
    async (stage) => {
      const barrier = new Barrier(4);
      for (const name of ['a', 'b']) party(stage, barrier, name);
      const c = party(stage, barrier, 'c');
      await stage.turns(2);
      c.cancel();
      await stage.turns(3);
      for (const name of ['d', 'e']) party(stage, barrier, name);
      await stage.exeunt();
      assert.deepEqual(stage.events, ['c CancelledError', 'e 3', 'b 1', 'a 0', 'd 2']);
    },
  );

  inEachStyle(
    'one who is cancelled when it is open already does not hold it open',
    async (stage) => {
      const barrier = new Barrier(2);
      const a = party(stage, barrier, 'a');
      await stage.turns(2);
      const b = party(stage, barrier, 'b');
      await b;
      a.cancel();
      await stage.exeunt();
      party(stage, barrier, 'c');
      party(stage, barrier, 'd');
      await stage.exeunt();
      assert.deepEqual(
        stage.events.filter((event) => !String(event).startsWith('a')),
        ['b 1', 'd 1', 'c 0'],
      );
    },
  );

  inEachStyle('that is reset sends off those who wait, and is as new', async (stage) => {
    const barrier = new Barrier(3);
    const early = [party(stage, barrier, 'a'), party(stage, barrier, 'b')];
    await stage.turns(2);
    barrier.reset();
    party(stage, barrier, 'c');
    for (const actor of early) await rejects(actor, BrokenBarrierError);
    assert.equal(barrier.broken, false);
    party(stage, barrier, 'd');
    party(stage, barrier, 'e');
    await stage.exeunt();
    assert.deepEqual(stage.events, [
      'a BrokenBarrierError',
      'b BrokenBarrierError',
      'e 2',
      'c 0',
      'd 1',
    ]);
  });

  inEachStyle('that is aborted stays broken until it is reset', async (stage) => {
    const barrier = new Barrier(2);
    const a = party(stage, barrier, 'a');
    await stage.turns(2);
    barrier.abort();
    await rejects(a, { code: 'ERR_BROKEN_BARRIER', message: 'The barrier was aborted' });
    await rejects(party(stage, barrier, 'b'), BrokenBarrierError);
    assert.deepEqual([barrier.broken, barrier.nWaiting], [true, 0]);
    barrier.reset();
    assert.equal(barrier.broken, false);
    party(stage, barrier, 'c');
    party(stage, barrier, 'd');
    await stage.exeunt();
    assert.deepEqual(stage.events.slice(2), ['d 1', 'c 0']);
  });

  inEachStyle('that is aborted while it opens stops those who have not left', async (stage) => {
    const barrier = new Barrier(2);
    party(stage, barrier, 'a');
    await stage.turns(2);
    const b = party(stage, barrier, 'b');
    b.addDoneCallback(() => stage.events.push('b is done'));
    stage.time.loop.callSoon(() => barrier.abort());
    await stage.exeunt();
    assert.deepEqual(stage.events.slice(0, 2), ['b 1', 'a BrokenBarrierError']);
    assert.equal(barrier.broken, true);
  });

  inEachStyle('is given up with the reason of an aborted signal', async (stage) => {
    const barrier = new Barrier(2);
    const controller = new AbortController();
    const actor = stage.enter(function* () {
      yield barrier.wait({ signal: controller.signal });
    });
    await stage.turns(2);
    controller.abort(new Error('enough'));
    await rejects(actor, /enough/);
    assert.equal(barrier.nWaiting, 0);
  });

  test('has a whole number of parties', () => {
    for (const parties of [0, -1, 1.5, NaN])
      assert.throws(() => new Barrier(parties), /`parties` to be a whole number from 1 up/);
  });
});
