import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Waiter } from '../../src/future/waiter.ts';
import { WaitQueue } from '../../src/future/wait-queue.ts';
import { Loop, setLoop, VirtualDriver } from '../../src/public/loop.ts';

setLoop(new Loop(new VirtualDriver({ automatic: false })));

suite('the wait queue', () => {
  test('wakes the one that has waited longest', () => {
    const queue = new WaitQueue<string>('a turn of the loop');
    const [a, b] = [queue.join(), queue.join()];
    assert.equal(queue.wakeOne('first'), true);
    assert.deepEqual([a.result(), b.done()], ['first', false]);
    assert.equal(queue.wakeOne('second'), true);
    assert.equal(b.result(), 'second');
    assert.equal(queue.wakeOne('nobody'), false);
  });

  test('passes over those who gave up', () => {
    const queue = new WaitQueue('a turn of the loop');
    const controller = new AbortController();
    const [a, b, c] = [queue.join(), queue.join(controller.signal), queue.join()];
    a.cancel();
    controller.abort(new Error('enough'));
    assert.equal(queue.size, 1);
    assert.equal(queue.wakeOne(), true);
    assert.throws(() => b.result(), /enough/);
    assert.equal(c.done(), true);
  });

  test('a wake-up is passed on by whoever was woken and cannot use it, and by nobody else', () => {
    let passedOn = 0;
    const queue = new WaitQueue('a turn of the loop', () => passedOn++);
    const controller = new AbortController();
    const waiters = [queue.join(), queue.join(), queue.join(controller.signal), queue.join()];
    queue.wakeOne();
    waiters[1]!.cancel();
    controller.abort();
    assert.deepEqual([queue.size, queue.idle], [1, false]);
    const passed = waiters.map((waiter) => {
      queue.left(waiter, false);
      return passedOn;
    });
    assert.deepEqual(passed, [1, 1, 1, 1]);
    assert.deepEqual([queue.size, queue.idle], [0, true]);
    assert.equal(waiters[3]!.cancelled(), true);
  });

  test('does not hear of a signal any more when the wait is over', () => {
    const queue = new WaitQueue('a turn of the loop');
    const controller = new AbortController();
    const waiter = queue.join(controller.signal);
    queue.wakeOne();
    queue.left(waiter, true);
    controller.abort();
    assert.equal(waiter.exception(), undefined);
    assert.throws(() => queue.join(controller.signal), { name: 'AbortError' });
    assert.equal(queue.idle, true);
  });

  test('behaves as a list of those who wait, in order of arrival', () => {
    const step = fc.record({
      do: fc.constantFrom('join', 'join', 'join', 'wakeOne', 'cancel', 'leave', 'all'),
      n: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let passedOn = 0;
        const queue = new WaitQueue<number>('a turn of the loop', () => passedOn++);
        let line: Waiter<number>[] = [];
        let called: Waiter<number>[] = [];
        const take = (from: Waiter<number>[], n: number): Waiter<number> | undefined =>
          from.splice(n % Math.max(1, from.length), 1)[0];
        for (const { do: what, n } of steps) {
          if (what === 'join') line.push(queue.join());
          else if (what === 'wakeOne') {
            const waiter = line.shift();
            assert.equal(queue.wakeOne(n), waiter !== undefined);
            if (waiter !== undefined) {
              assert.equal(waiter.result(), n);
              called.push(waiter);
            }
          } else if (what === 'cancel') take(line, n)?.cancel();
          else if (what === 'leave') {
            const waiter = take(n % 2 === 0 ? line : called, n);
            const before = passedOn;
            const used = n % 3 === 0;
            if (waiter !== undefined) {
              queue.left(waiter, used);
              assert.equal(passedOn - before, n % 2 !== 0 && !used ? 1 : 0);
            }
          } else if (n % 10 === 0) {
            assert.equal(queue.wakeAll(n), line.length);
            for (const waiter of line) assert.equal(waiter.result(), n);
            called = [...called, ...line];
            line = [];
          }
          assert.equal(queue.size, line.length);
          assert.equal(queue.idle, line.length + called.length === 0);
        }
        for (const waiter of line) {
          queue.wakeOne(7);
          assert.equal(waiter.done(), true);
        }
      }),
    );
  });

  test('does not keep those who left', async () => {
    const queue = new WaitQueue('a turn of the loop');
    queue.join();
    const refs = Array.from({ length: 1000 }, () => {
      const waiter = queue.join();
      waiter.cancel();
      return new WeakRef(waiter);
    });
    assert.ok(globalThis.gc, 'run through `npm test`, which gives Node --expose-gc');
    await new Promise<void>((resolve) => setImmediate(resolve));
    globalThis.gc();
    assert.equal(refs.filter((ref) => ref.deref() !== undefined).length, 0);
    assert.equal(queue.size, 1);
  });
});
