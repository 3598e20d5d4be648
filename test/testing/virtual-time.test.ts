import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { TimeoutError } from '../../src/errors/timeout-error.ts';
import { Future } from '../../src/future/future.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { getLoop } from '../../src/public/loop.ts';
import { SeededOrder, withSeeds, withVirtualTime } from '../../src/public/testing.ts';

suite('withVirtualTime', () => {
  test('makes its loop the current one for as long as it lasts', async () => {
    const outside = getLoop();
    const inside = await withVirtualTime(({ loop }) => {
      assert.equal(getLoop(), loop);
      return loop;
    });
    assert.notEqual(inside, outside);
    assert.equal(getLoop(), outside);
  });

  test('is refused in a greenlet, whose own loop would stand still', async () => {
    const refused = main(() => wait(withVirtualTime(() => 5)));
    await assert.rejects(refused, {
      code: 'ERR_INVALID_STATE',
      message: /^withVirtualTime\(\) was called in a greenlet/,
    });
    assert.equal(await withVirtualTime(() => spawn(() => (sleep(3000), 'inside'))), 'inside');
  });

  test('sleeps take no real time, and exactly their virtual time', async () => {
    const start = performance.now();
    const events: [string, number][] = [];
    await withVirtualTime(async (time) => {
      const hour = new Future<void>();
      time.loop.callLater(3_000_000, () => hour.setResult());
      time.loop.callLater(1000, () => events.push(['second', time.now()]));
      await hour;
      time.elapse(5);
      events.push(['hour', time.now()]);
    });
    assert.deepEqual(events, [
      ['second', 1000],
      ['hour', 3_000_005],
    ]);
    assert.ok(performance.now() - start < 2000);
  });

  test('goes on until nothing is left to run, also after the result is there', async () => {
    const events: string[] = [];
    const result = await withVirtualTime(({ loop }) => {
      loop.callLater(1000, () => {
        events.push('timer');
        loop.callSoon(() => events.push('soon'));
      });
      return 'result';
    });
    assert.deepEqual([result, events], ['result', ['timer', 'soon']]);
  });

  test('fails with what the function throws, and what a handle throws', async () => {
    await assert.rejects(
      withVirtualTime(() => {
        throw new Error('in fn');
      }),
      /in fn/,
    );
    await assert.rejects(
      withVirtualTime(({ loop }) => {
        loop.callSoon(() => {
          throw new Error('in a handle');
        });
        return new Future();
      }),
      /in a handle/,
    );
  });

  test('fails when nothing is left that could settle the result', async () => {
    await assert.rejects(
      withVirtualTime(() => new Future()),
      { code: 'ERR_STALLED' },
    );
  });

  test('waits for what is real: a timer of Node, a file', async () => {
    const text = await withVirtualTime(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      const { readFile } = await import('node:fs/promises');
      return readFile(import.meta.filename, 'utf8');
    });
    assert.match(text, /what is real/);
  });

  test('fails after its limit of virtual time, and stops the program', async () => {
    let ticks = 0;
    await assert.rejects(
      withVirtualTime(
        ({ loop }) => {
          const tick = (): void => {
            ticks++;
            loop.callLater(100, tick);
          };
          tick();
        },
        { limit: 1000 },
      ),
      TimeoutError,
    );
    // What stood in the same turn still runs.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const atEnd = ticks;
    for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(ticks, atEnd);
    assert.ok(ticks <= 11);
  });

  test('refuses to be nested', async () => {
    await assert.rejects(
      withVirtualTime(() => withVirtualTime(() => {})),
      InvalidStateError,
    );
    assert.equal(await withVirtualTime(() => 'works again'), 'works again');
  });
});

suite('seeded order', () => {
  const orderOf = (seed?: number): Promise<number[]> =>
    withVirtualTime(
      ({ loop }) => {
        const order: number[] = [];
        for (let i = 0; i < 6; i++) loop.callSoon(() => order.push(i));
        return new Promise<number[]>((resolve) => loop.callLater(1, () => resolve(order)));
      },
      seed === undefined ? {} : { seed },
    );

  test('is the same for the same seed, and another for another', async () => {
    assert.deepEqual(await orderOf(), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(await orderOf(7), await orderOf(7));
    const orders = new Set<string>();
    for (let seed = 0; seed < 50; seed++) orders.add(String(await orderOf(seed)));
    assert.ok(orders.size > 40);
  });

  test('picks every handle about equally often', () => {
    const order = new SeededOrder(1);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) {
      const picked = order.pick(5);
      counts[picked] = counts[picked]! + 1;
    }
    for (const count of counts) assert.ok(count > 1800 && count < 2200, String(counts));
  });

  test('keeps turns apart: what a turn adds runs after all of it', () =>
    withSeeds(20, async ({ loop }) => {
      const events: string[] = [];
      for (const name of ['a', 'b', 'c']) {
        loop.callSoon(() => {
          events.push(name);
          loop.callSoon(() => events.push('later'));
        });
      }
      await new Promise<void>((resolve) => loop.callLater(1, () => resolve()));
      assert.deepEqual(events.slice(0, 3).toSorted(), ['a', 'b', 'c']);
    }));

  test('names the seed in whose order a program fails', async () => {
    const racy = ({ loop }: { loop: ReturnType<typeof getLoop> }): void => {
      let ready = false;
      loop.callSoon(() => (ready = true));
      loop.callSoon(() => assert.ok(ready, 'not ready'));
    };
    await assert.rejects(withSeeds(50, racy), (error: Error & { code: string }) => {
      assert.equal(error.code, 'ERR_SEED_FAILED');
      assert.match(error.message, /^Failed in the order of seed \d+: not ready/);
      assert.ok(error.cause instanceof assert.AssertionError);
      return true;
    });
  });
});
