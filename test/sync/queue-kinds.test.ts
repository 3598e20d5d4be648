import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';

import { type ItemStore, LifoQueue, PriorityQueue, Queue } from '../../src/public/sync.ts';
import { inEachStyle } from './three-styles.ts';

function drain<T>(queue: Queue<T>): T[] {
  return Array.from({ length: queue.qsize() }, () => queue.getNowait());
}

function filled<T, Q extends Queue<T>>(queue: Q, items: readonly T[]): Q {
  for (const item of items) queue.putNowait(item);
  return queue;
}

suite('the kinds of queues', () => {
  inEachStyle('wait alike, and differ in what comes next', async (stage) => {
    for (const queue of [
      new Queue<number>(3),
      new LifoQueue<number>(3),
      new PriorityQueue<number>(3),
    ]) {
      stage.enter(function* () {
        for (const item of [2, 3, 1, 0]) yield queue.put(item);
      });
      stage.enter(function* () {
        const seen: number[] = [];
        for (let i = 0; i < 4; i++) seen.push(yield queue.get());
        stage.events.push(seen);
      });
    }
    await stage.exeunt();
    assert.deepEqual(stage.events, [
      [2, 3, 1, 0],
      [1, 3, 2, 0],
      [1, 2, 3, 0],
    ]);
  });

  test('a queue keeps the order over many rounds of the ring', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -40, max: 60 }), { maxLength: 60 }), (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        let next = 0;
        for (const step of steps) {
          for (let i = 0; i < step; i++) {
            queue.putNowait(next);
            model.push(next++);
          }
          for (let i = step; i < 0 && model.length > 0; i++)
            assert.equal(queue.getNowait(), model.shift());
          assert.equal(queue.qsize(), model.length);
        }
        assert.deepEqual(drain(queue), model);
      }),
    );
  });

  test('a large queue that was drained works on', () => {
    const queue = new Queue<number>();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5000; i++) queue.putNowait(i);
      for (let i = 0; i < 5000; i++) assert.equal(queue.getNowait(), i);
    }
  });

  test('what was taken out of a queue is not kept', async () => {
    const queue = new Queue<object>();
    queue.putNowait({});
    const ref = new WeakRef(queue.getNowait());
    queue.putNowait({});
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.ok(globalThis.gc, 'run through `npm test`, which gives Node --expose-gc');
    globalThis.gc();
    assert.equal(ref.deref(), undefined);
  });

  test('a priority queue sorts, and equals leave in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat())), (items) => {
        const queue = new PriorityQueue<[number, number]>(0, (a, b) => a[0] - b[0]);
        assert.deepEqual(
          drain(filled(queue, items)),
          items.toSorted((a, b) => a[0] - b[0]),
        );
      }),
    );
  });

  test('a priority queue compares numbers, texts, dates and lists of them by itself', () => {
    const cases: unknown[][] = [
      [3, 1, 2, -Infinity],
      ['b', 'a', 'B', ''],
      [3n, 1n, 2n],
      [true, false],
      [new Date(5), new Date(1)],
      [[2, 'a'], [1, 'b'], [1, 'a'], [1], []],
    ];
    const sorted = cases.map((items) => drain(filled(new PriorityQueue<unknown>(), items)));
    assert.deepEqual(sorted, [
      [-Infinity, 1, 2, 3],
      ['', 'B', 'a', 'b'],
      [1n, 2n, 3n],
      [false, true],
      [new Date(1), new Date(5)],
      [[], [1], [1, 'a'], [1, 'b'], [2, 'a']],
    ]);
  });

  test('a priority queue refuses what it cannot compare, and is as before', () => {
    const bad: [unknown, unknown, RegExp][] = [
      [1, 'a', /got "a" and 1; give the queue a `compare` function/],
      [{}, {}, /got an object and an object/],
      [[1, {}], [1, {}], /an object/],
      [1, NaN, /NaN/],
      [1, undefined, /undefined/],
    ];
    for (const [first, second, message] of bad) {
      const queue = filled(new PriorityQueue<unknown>(), [first]);
      assert.throws(() => queue.putNowait(second), message);
      assert.deepEqual(drain(queue), [first]);
    }
    assert.throws(() => new PriorityQueue(0, 5 as never), /`compare` to be a function, got 5/);
  });

  test('a `compare` that throws loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(40), (items, patience) => {
        let left = Infinity;
        const queue = new PriorityQueue<number>(0, (a, b) => {
          if (left-- <= 0) throw new RangeError('enough');
          return a - b;
        });
        const model: number[] = [];
        left = patience;
        for (const item of items) {
          try {
            queue.putNowait(item);
            model.push(item);
          } catch {
            left = patience;
          }
        }
        model.sort((a, b) => a - b);
        while (model.length > 0) {
          left = patience % 3;
          try {
            assert.equal(queue.getNowait(), model[0]);
            model.shift();
          } catch (error) {
            assert.ok(error instanceof RangeError);
            left = Infinity;
            assert.equal(queue.qsize(), model.length);
            assert.equal(queue.getNowait(), model.shift());
          }
        }
        assert.equal(queue.empty(), true);
      }),
    );
  });

  test('a queue may be given a store of its own', () => {
    class Latest<T> implements ItemStore<T> {
      #item: T[] = [];
      get length(): number {
        return this.#item.length;
      }
      add(item: T): void {
        this.#item = [item];
      }
      take(): T {
        return this.#item.pop() as T;
      }
    }
    assert.deepEqual(drain(filled(new Queue<number>(0, new Latest()), [1, 2, 3])), [3]);
  });
});
