import assert from 'node:assert/strict';
import {
  AsyncLocalStorage,
  AsyncResource,
  executionAsyncId,
  executionAsyncResource,
} from 'node:async_hooks';
import { EventEmitterAsyncResource } from 'node:events';
import { suite, test } from 'node:test';

import { Greenlet } from '../../src/public/greenlet.ts';
import { joinAll } from '../../src/hub/join.ts';
import { main as runMain } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

const { main } = Greenlet;
const storage = new AsyncLocalStorage<unknown>();

suite('AsyncLocalStorage', () => {
  test('a greenlet sees the store of where it was made', () => {
    const greenlet = storage.run('maker', () => new Greenlet(() => storage.getStore()));
    assert.equal(
      storage.run('starter', () => greenlet.switch()),
      'maker',
    );
  });

  test('a store that a greenlet sets is its own, across parks', () => {
    const greenlets = Array.from(
      { length: 10 },
      (_, id) =>
        new Greenlet(() => {
          storage.enterWith(id);
          for (let i = 0; i < 3; i++) {
            main.switch();
            assert.equal(storage.getStore(), id);
          }
          return id;
        }),
    );
    storage.run('main', () => {
      for (let round = 0; round < 4; round++) {
        for (const greenlet of greenlets) {
          greenlet.switch();
          assert.equal(storage.getStore(), 'main');
        }
      }
    });
    assert.equal(storage.getStore(), undefined);
  });

  test('run can be parked in, nested, and left in any order', () => {
    const greenlets = Array.from(
      { length: 6 },
      (_, id) =>
        new Greenlet(() =>
          storage.run([id], () => {
            for (let i = 0; i < id; i++) main.switch();
            storage.run([id, 'inner'], () => {
              main.switch();
              assert.deepEqual(storage.getStore(), [id, 'inner']);
              main.switch();
            });
            assert.deepEqual(storage.getStore(), [id]);
            return 'end';
          }),
        ),
    );
    for (let round = 0; greenlets.some((greenlet) => !greenlet.dead); round++) {
      // Every round in another order.
      for (const greenlet of round % 2 === 0 ? greenlets : greenlets.toReversed()) {
        if (!greenlet.dead) greenlet.switch();
      }
    }
    assert.equal(storage.getStore(), undefined);
  });

  test('it follows a spawned greenlet through sleeps and promises', async () => {
    await runMain(() => {
      const worker = (id: number): void => {
        storage.run(id, () => {
          for (let i = 0; i < 5; i++) {
            if (i % 2 === 0) sleep(0);
            else wait(new Promise((resolve) => setImmediate(resolve)));
            assert.equal(storage.getStore(), id);
          }
        });
        assert.equal(storage.getStore(), undefined);
      };
      joinAll(
        Array.from({ length: 20 }, (_, id) => spawn(worker, id)),
        { raiseError: true },
      );
    });
  });

  test('promise callbacks and timers set in a greenlet have its store', async () => {
    const seen: unknown[] = [];
    await storage.run('greenlet', () =>
      runMain(() => {
        void Promise.resolve().then(() => seen.push(storage.getStore()));
        const timer = new Promise<void>((resolve) => {
          setTimeout(() => {
            seen.push(storage.getStore());
            resolve();
          }, 1);
        });
        wait(timer);
        wait(
          new Promise<void>((resolve) => {
            process.nextTick(() => {
              seen.push(storage.getStore());
              resolve();
            });
          }),
        );
      }),
    );
    assert.deepEqual(seen, ['greenlet', 'greenlet', 'greenlet']);
  });

  test('snapshot and bind carry a store into a greenlet', () => {
    const bound = storage.run('bound', () =>
      AsyncLocalStorage.bind(() => (main.switch(), storage.getStore())),
    );
    const snapshot = storage.run('snapshot', () => AsyncLocalStorage.snapshot());
    const greenlet = new Greenlet(() => {
      const first = bound();
      const second = snapshot(() => (main.switch(), storage.getStore()));
      return [first, second, storage.getStore()];
    });
    greenlet.switch();
    greenlet.switch();
    assert.deepEqual(greenlet.switch(), ['bound', 'snapshot', undefined]);
  });
});

suite('async scopes', () => {
  test('runInAsyncScope can be parked in, nested, and left in any order', () => {
    const greenlets = Array.from(
      { length: 8 },
      (_, id) =>
        new Greenlet(() => {
          const outer = new AsyncResource(`outer ${id}`);
          const inner = new AsyncResource(`inner ${id}`);
          outer.runInAsyncScope(() => {
            for (let i = 0; i < id; i++) main.switch();
            assert.equal(executionAsyncId(), outer.asyncId());
            inner.runInAsyncScope(() => {
              main.switch();
              assert.equal(executionAsyncId(), inner.asyncId());
              assert.equal(executionAsyncResource(), inner);
            });
            main.switch();
            assert.equal(executionAsyncId(), outer.asyncId());
          });
        }),
    );
    const before = executionAsyncId();
    for (let round = 0; greenlets.some((greenlet) => !greenlet.dead); round++) {
      for (const greenlet of round % 2 === 0 ? greenlets : greenlets.toReversed()) {
        if (!greenlet.dead) greenlet.switch();
      }
      assert.equal(executionAsyncId(), before);
    }
  });

  test('a depth of scopes that makes Node grow its arrays', () => {
    const dive = (depth: number): void => {
      if (depth === 0) return void main.switch();
      const resource = new AsyncResource('deep');
      resource.runInAsyncScope(() => {
        dive(depth - 1);
        assert.equal(executionAsyncId(), resource.asyncId());
      });
    };
    const greenlets = Array.from({ length: 4 }, () => new Greenlet(() => dive(60)));
    for (const greenlet of greenlets) greenlet.switch();
    for (const greenlet of greenlets) greenlet.switch();
    assert.ok(greenlets.every((greenlet) => greenlet.dead));
  });

  test('a park in a scope on one greenlet and in another one on main', () => {
    const greenlet = new Greenlet(() => {
      for (;;) new AsyncResource('greenlet').runInAsyncScope(() => main.switch());
    });
    greenlet.switch();
    for (let i = 0; i < 10; i++) {
      const resource = new AsyncResource('main');
      resource.runInAsyncScope(() => {
        greenlet.switch();
        assert.equal(executionAsyncId(), resource.asyncId());
      });
    }
  });

  test('an EventEmitterAsyncResource, and an error that leaves a scope', () => {
    const greenlet = new Greenlet(() => {
      const emitter = new EventEmitterAsyncResource({ name: 'Emitter' });
      emitter.on('event', () => {
        main.switch();
        throw new RangeError('out of the scope');
      });
      assert.throws(() => emitter.emit('event'), RangeError);
      return executionAsyncId();
    });
    greenlet.switch();
    const before = executionAsyncId();
    greenlet.switch();
    assert.equal(executionAsyncId(), before);
  });

  test('a greenlet that is unwound out of its scopes leaves none behind', () => {
    const before = executionAsyncId();
    const greenlet = new Greenlet(() =>
      new AsyncResource('left').runInAsyncScope(() => storage.run(1, () => main.switch())),
    );
    greenlet.switch();
    greenlet.throw();
    assert.equal(greenlet.dead, true);
    assert.equal(executionAsyncId(), before);
    assert.equal(storage.getStore(), undefined);
  });
});
