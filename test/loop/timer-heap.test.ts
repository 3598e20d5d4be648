import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { InvalidStateError } from '../../src/errors/invalid-state-error.ts';
import { TimerHandle, TimerHeap } from '../../src/public/loop.ts';

const newTimer = (when: number): TimerHandle => new TimerHandle(when, () => {}, []);

suite('the timer heap', () => {
  test('gives timers back by time, and in order of insertion where the times are equal', () => {
    const heap = new TimerHeap();
    const timers = [5, 3, 5, 3, 1].map(newTimer);
    for (const timer of timers) heap.push(timer);
    const order = timers.map(() => timers.indexOf(heap.shiftDue(Infinity) as TimerHandle));
    assert.deepEqual(order, [4, 1, 3, 0, 2]);
  });

  test('behaves as a sorted list does, after every push, shift, cancel, ref and unref', () => {
    const step = fc.record({
      do: fc.constantFrom('push', 'push', 'shift', 'cancel', 'unref', 'ref'),
      n: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new TimerHeap();
        let model: TimerHandle[] = [];
        let now = 0;
        for (const { do: what, n } of steps) {
          const chosen = model[n % Math.max(1, model.length)];
          if (what === 'push') {
            const timer = newTimer(now + n);
            heap.push(timer);
            model.push(timer);
            model.sort((a, b) => a.when - b.when || a.sequence - b.sequence);
          } else if (what === 'shift') {
            now += n;
            const due = model.filter((timer) => timer.when <= now);
            model = model.filter((timer) => timer.when > now);
            for (const timer of due) assert.equal(heap.shiftDue(now), timer);
            assert.equal(heap.shiftDue(now), undefined);
          } else if (chosen !== undefined && what === 'cancel') {
            chosen.cancel();
            chosen.cancel();
            model = model.filter((timer) => timer !== chosen);
          } else if (chosen !== undefined) {
            if (what === 'ref') chosen.ref();
            else chosen.unref();
          }
          assert.equal(heap.size, model.length);
          assert.equal(heap.nextTime(), model[0]?.when ?? Infinity);
          assert.equal(
            heap.keepsAlive,
            model.some((timer) => timer.hasRef()),
          );
        }
      }),
    );
  });

  test('keeps its order when thousands of timeouts are cancelled and it rebuilds itself', () => {
    const heap = new TimerHeap();
    const timers = Array.from({ length: 5000 }, (_, i) => newTimer((i * 7919) % 5003));
    for (const timer of timers) heap.push(timer);
    const kept = timers.filter((_, i) => i % 50 === 0).sort((a, b) => a.when - b.when);
    timers.forEach((timer, i) => {
      if (i % 50 !== 0) timer.cancel();
    });
    assert.equal(heap.size, 100);
    // The dead were let go of, and are not only skipped.
    assert.ok(timers.filter((timer) => timer.heap !== null).length <= 1200);
    assert.deepEqual(
      kept.map(() => heap.shiftDue(Infinity)),
      kept,
    );
  });

  test('tells when the last timer that keeps the process alive is gone', () => {
    const heap = new TimerHeap();
    const events: boolean[] = [];
    heap.onReferencesChange = () => events.push(heap.keepsAlive);
    const [a, b] = [newTimer(1), newTimer(2)];
    heap.push(a);
    heap.push(b);
    a.cancel();
    b.unref();
    b.ref();
    b.cancel();
    b.unref();
    assert.deepEqual(events, [false, true, false]);
  });

  test('refuses a timer that is waiting already', () => {
    const heap = new TimerHeap();
    const timer = newTimer(1);
    heap.push(timer);
    assert.throws(() => heap.push(timer), InvalidStateError);
  });
});
