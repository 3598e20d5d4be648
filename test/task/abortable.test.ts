import assert from 'node:assert/strict';
import { suite } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import { inEachStyle } from '../sync/three-styles.ts';
import { rejects } from './rejects.ts';

suite('a wait with a signal', () => {
  inEachStyle('raises the reason when it is aborted', async (stage) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const actor = stage.enter(function* () {
      yield sleep(1000, undefined, { signal: controller.signal });
    });
    await stage.turns(2);
    controller.abort(reason);
    await rejects(actor, (error) => error === reason);
    assert.equal(stage.time.now(), 0);
  });

  inEachStyle('is cancelled, if it is aborted and cancelled in one turn', async (stage) => {
    const controller = new AbortController();
    const actor = stage.enter(function* () {
      try {
        yield sleep(1000, undefined, { signal: controller.signal });
      } catch (error) {
        stage.events.push((error as Error).name);
        throw error;
      }
    });
    await stage.turns(2);
    controller.abort();
    actor.cancel();
    await stage.exeunt();
    assert.deepEqual([stage.events, actor.cancelled()], [['CancelledError'], true]);
  });
});
