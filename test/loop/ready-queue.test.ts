import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { CallbackHandle, type Handle, ReadyQueue } from '../../src/loop/index.ts';

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
    // A push or a shift of many at once makes the ring grow, wrap around and shrink.
    const step = fc.oneof(
      fc.record({ do: fc.constant('push'), n: fc.integer({ min: 1, max: 6000 }) }),
      fc.record({ do: fc.constant('shift'), n: fc.integer({ min: 1, max: 6000 }) }),
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
});
