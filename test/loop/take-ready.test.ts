import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  Handle,
  KIND_CALLBACK,
  KIND_GREENLET,
  Loop,
  VirtualDriver,
} from '../../src/public/loop.ts';
import { manualLoop } from './each-driver.ts';

class Named extends Handle {
  readonly name: string;
  readonly #onRun: (handle: Named) => void;

  constructor(name: string, kind: number, onRun: (handle: Named) => void) {
    super(kind);
    this.name = name;
    this.#onRun = onRun;
  }

  override run(): void {
    this.#onRun(this);
  }
}

suite('takeReady', () => {
  test('hands the next handle to whoever asks inside a handle; the loop goes on behind it', () => {
    const { loop, driver } = manualLoop();
    const events: string[] = [];
    const add = (name: string, kind: number): void =>
      loop.enqueue(new Named(name, kind, (handle) => events.push(handle.name)));
    loop.callSoon(() => {
      for (;;) {
        const next = loop.takeReady(KIND_GREENLET) as Named | undefined;
        if (next === undefined) break;
        events.push(`${next.name}, handed over`);
      }
    });
    add('greenlet 1', KIND_GREENLET);
    add('greenlet 2', KIND_GREENLET);
    add('callback', KIND_CALLBACK);
    add('greenlet 3', KIND_GREENLET);
    driver.drain();
    assert.deepEqual(events, [
      'greenlet 1, handed over',
      'greenlet 2, handed over',
      'callback',
      'greenlet 3',
    ]);
  });

  test('leaves a handle of another kind at its place, and drops cancelled ones on the way', () => {
    const { loop, driver } = manualLoop();
    const taken: unknown[] = [];
    loop.callSoon(() => {
      const cancelled = new Named('cancelled', KIND_GREENLET, () => {});
      loop.enqueue(cancelled);
      const callback = loop.callSoon(() => {});
      cancelled.cancel();
      taken.push(loop.takeReady(KIND_GREENLET), loop.takeReady(KIND_GREENLET));
      taken.push(loop.takeReady() === callback);
    });
    driver.drain();
    assert.deepEqual(taken, [undefined, undefined, true]);
  });

  test('begins the next turn, with the timers that are due, when this one is used up', () => {
    const { loop, driver } = manualLoop();
    const events: string[] = [];
    loop.callSoon(() => {
      loop.callLater(0, () => events.push('timer'));
      loop.callSoon(() => events.push('soon'));
      loop.takeReady()?.run();
      loop.takeReady()?.run();
      events.push('end');
    });
    driver.drain();
    assert.deepEqual(events, ['soon', 'timer', 'end']);
  });

  test('refuses once the budget is spent, until the driver has been visited', () => {
    const { loop, driver } = manualLoop();
    let taken = 0;
    loop.callSoon(() => {
      driver.elapse(10);
      for (let i = 0; i < 200; i++) loop.callSoon(() => {});
      while (loop.takeReady() !== undefined) taken++;
      assert.equal(loop.takeReady(), undefined);
    });
    driver.step();
    assert.ok(taken < 65, `${taken} taken after the budget was spent`);
    assert.equal(loop.readyCount, 200 - taken);
    driver.drain();
    assert.equal(loop.readyCount, 0);
  });

  test('loses no handle and runs none twice, whoever takes them, in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ kind: fc.integer({ min: 0, max: 1 }), takes: fc.nat(4), adds: fc.nat(2) }),
          {
            maxLength: 60,
          },
        ),
        fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
        (programs, picks) => {
          const driver = new VirtualDriver({ automatic: false });
          let picked = 0;
          const loop = new Loop(driver, {
            order: { pick: (count) => picks[picked++ % picks.length]! % count },
          });
          const runs = new Map<Handle, number>();
          let budget = 500;
          const add = (program: { kind: number; takes: number; adds: number }): void => {
            if (budget-- <= 0) return;
            const handle = new Named('', program.kind, () => {
              runs.set(handle, runs.get(handle)! + 1);
              for (let i = 0; i < program.adds; i++) add({ ...program, adds: program.adds - 1 });
              for (let i = 0; i < program.takes; i++) loop.takeReady(KIND_GREENLET)?.run();
            });
            runs.set(handle, 0);
            loop.enqueue(handle);
          };
          for (const program of programs) add(program);
          driver.drain();
          assert.equal(loop.readyCount, 0);
          assert.ok([...runs.values()].every((count) => count === 1));
        },
      ),
    );
  });
});
