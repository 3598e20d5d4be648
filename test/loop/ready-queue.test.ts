import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { CallbackHandle, type Handle, ReadyQueue } from '../../src/public/loop.ts';

const newHandle = (): Handle => new CallbackHandle(() => {}, []);

suite('the ready queue', () => {
  test('gives handles back in the order they were put in, and nothing when empty', () => {
    const queue = new ReadyQueue();
    const [a, b] = [newHandle(), newHandle()];
    queue.push(a);
    queue.push(b);
    assert.equal(queue.peek(), a);
    assert.deepEqual([queue.shift(), queue.shift(), queue.shift()], [a, b, undefined]);
    assert.equal(queue.peek(), undefined);
    assert.equal(queue.length, 0);
  });

  test('behaves as an array does, whatever is done to it and however large it grows', () => {
    // A push or a shift of many at once makes the ring grow and wrap around; many turns of one make it shrink.
    const step = fc.oneof(
      fc.record({ do: fc.constant('push'), n: fc.integer({ min: 1, max: 6000 }) }),
      fc.record({ do: fc.constant('shift'), n: fc.integer({ min: 1, max: 6000 }) }),
      fc.record({ do: fc.constant('turns'), n: fc.integer({ min: 1, max: 200 }) }),
      fc.record({ do: fc.constant('bringForward'), n: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = new ReadyQueue();
        const model: Handle[] = [];
        for (const { do: what, n } of steps) {
          if (what === 'push') {
            for (let i = 0; i < n; i++) {
              const handle = newHandle();
              queue.push(handle);
              model.push(handle);
            }
          } else if (what === 'shift') {
            const taken = model.splice(0, n);
            for (const handle of taken) assert.equal(queue.shift(), handle);
            if (taken.length < n) assert.equal(queue.shift(), undefined);
          } else if (what === 'turns') {
            for (let i = 0; i < n; i++) {
              const handle = newHandle();
              queue.push(handle);
              model.push(handle);
              assert.equal(queue.shift(), model.shift());
            }
          } else if (model.length > 0) {
            const other = n % model.length;
            queue.bringForward(other);
            [model[0], model[other]] = [model[other]!, model[0]!];
          }
          assert.equal(queue.length, model.length);
          assert.equal(queue.peek(), model[0]);
        }
        for (const handle of model) assert.equal(queue.shift(), handle);
      }),
      { numRuns: 60 },
    );
  });

  test('gives the memory of a crowd back, a part at once and the rest in time', () => {
    const used = (): number => {
      globalThis.gc!();
      return process.memoryUsage().heapUsed / 1e6;
    };
    const queue = new ReadyQueue();
    const handle = newHandle();
    const turn = (count: number): void => {
      for (let i = 0; i < count; i++) queue.push(handle);
      while (queue.shift() !== undefined);
    };
    turn(1);
    const before = used();
    for (let i = 0; i < 1_000_000; i++) queue.push(handle);
    const crowded = used() - before;
    while (queue.shift() !== undefined);
    const drained = used() - before;
    for (let i = 0; i < 1000; i++) turn(1);
    const later = used() - before;
    assert.ok(crowded > 8, `${crowded} MB`);
    assert.ok(drained < 2.5, `${drained} MB`);
    assert.ok(later < 0.2, `${later} MB`);
  });
});
