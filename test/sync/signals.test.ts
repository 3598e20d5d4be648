import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { suite } from 'node:test';

import {
  Barrier,
  Condition,
  Event,
  Lock,
  Queue,
  Semaphore,
  type SignalOptions,
} from '../../src/public/sync.ts';
import type { Operation } from '../../src/task/operation/operation.ts';
import { inEachStyle } from './three-styles.ts';

interface Wait {
  /** Waits until `end` is called. */
  readonly begin: (options: SignalOptions) => Operation<unknown>;
  readonly end: () => void;
}

/** Everything that can wait, in a state in which it does. */
const waits: Record<string, () => Promise<Wait>> = {
  lock: async () => {
    const lock = new Lock();
    await lock.acquire();
    return { begin: (options) => lock.acquire(options), end: () => lock.release() };
  },
  'lock to hold': async () => {
    const lock = new Lock();
    await lock.acquire();
    return { begin: (options) => lock.hold(options), end: () => lock.release() };
  },
  event: async () => {
    const event = new Event();
    return { begin: (options) => event.wait(options), end: () => event.set() };
  },
  condition: async () => {
    const condition = new Condition();
    await condition.acquire();
    const end = (): void =>
      void condition.acquire().then(() => {
        condition.notify();
        condition.release();
      });
    return { begin: (options) => condition.wait(options), end };
  },
  semaphore: async () => {
    const semaphore = new Semaphore(0);
    return { begin: (options) => semaphore.acquire(options), end: () => semaphore.release() };
  },
  barrier: async () => {
    const barrier = new Barrier(2);
    return { begin: (options) => barrier.wait(options), end: () => void barrier.wait().then() };
  },
  'queue to get': async () => {
    const queue = new Queue<number>();
    return { begin: (options) => queue.get(options), end: () => queue.putNowait(1) };
  },
  'queue to go through': async () => {
    const queue = new Queue<number>();
    return { begin: (options) => queue.next(options), end: () => queue.shutdown() };
  },
  'queue to put': async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    return { begin: (options) => queue.put(2, options), end: () => void queue.getNowait() };
  },
  'queue to join': async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    return { begin: (options) => queue.join(options), end: () => queue.taskDone() };
  },
};

suite('a signal', () => {
  for (const [name, makeWait] of Object.entries(waits)) {
    inEachStyle(`for a ${name} ends the wait, and is not listened to afterwards`, async (stage) => {
      const { signal } = new AbortController();
      const { begin, end } = await makeWait();
      const actor = stage.enter(function* () {
        yield begin({ signal });
      });
      await stage.turns(2);
      assert.equal(getEventListeners(signal, 'abort').length, 1);
      end();
      await actor;
      assert.equal(getEventListeners(signal, 'abort').length, 0);

      const other = await makeWait();
      const controller = new AbortController();
      const reason = new Error('enough');
      for (const when of ['while it waits', 'before']) {
        const aborted = stage.enter(function* () {
          try {
            yield other.begin({ signal: controller.signal });
          } catch (error) {
            stage.events.push(error);
          }
        });
        await stage.turns(2);
        controller.abort(reason);
        await aborted;
        assert.equal(stage.events.pop(), reason, when);
        assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
      }
    });
  }
});
