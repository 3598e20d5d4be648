import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Future, WaitQueue } from '../../src/future/index.ts';
import { Loop, VirtualDriver } from '../../src/loop/index.ts';

const loop = new Loop(new VirtualDriver({ automatic: false }));

suite('the wait queue', () => {
  test('wakes the one that has waited longest', () => {
    const queue = new WaitQueue<string>();
    const [a, b] = [new Future<string>(loop), new Future<string>(loop)];
    queue.push(a);
    queue.push(b);
    assert.equal(queue.wakeOne('first'), true);
    assert.deepEqual([a.result(), b.done()], ['first', false]);
    assert.equal(queue.wakeOne('second'), true);
    assert.equal(b.result(), 'second');
    assert.equal(queue.wakeOne('nobody'), false);
  });

  test('passes over those who gave up', () => {
    const queue = new WaitQueue();
    const [a, b] = [new Future<void>(loop), new Future<void>(loop)];
    queue.push(a);
    queue.push(b);
    a.cancel();
    assert.equal(queue.length, 1);
    assert.equal(queue.wakeOne(), true);
    assert.equal(b.done(), true);
  });

  test('behaves as a list of the pending does', () => {
    const step = fc.record({
      do: fc.constantFrom('push', 'push', 'push', 'shift', 'cancel', 'remove', 'wakeAll'),
      n: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new WaitQueue<number>();
        let model: Future<number>[] = [];
        for (const { do: what, n } of steps) {
          const chosen = model[n % Math.max(1, model.length)];
          if (what === 'push') {
            const future = new Future<number>(loop);
            queue.push(future);
            model.push(future);
          } else if (what === 'shift') {
            assert.equal(queue.shift(), model.shift());
          } else if (what === 'wakeAll' && n % 10 === 0) {
            assert.equal(queue.wakeAll(n), model.length);
            for (const future of model) assert.equal(future.result(), n);
            model = [];
          } else if (chosen !== undefined && (what === 'cancel' || what === 'remove')) {
            if (what === 'cancel') chosen.cancel();
            else assert.equal(queue.remove(chosen), true);
            model = model.filter((future) => future !== chosen);
          }
          assert.equal(queue.length, model.length);
          assert.equal(queue.peek(), model[0]);
        }
      }),
    );
  });

  test('does not keep those who gave up behind one who waits on', () => {
    const queue = new WaitQueue();
    queue.push(new Future<void>(loop));
    const refs = Array.from({ length: 1000 }, () => {
      const future = new Future<void>(loop);
      queue.push(future);
      future.cancel();
      return new WeakRef(future);
    });
    assert.ok(globalThis.gc, 'run through `npm test`, which gives Node --expose-gc');
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      globalThis.gc?.();
      assert.ok(refs.filter((ref) => ref.deref() !== undefined).length < 100);
      assert.equal(queue.length, 1);
    });
  });
});
