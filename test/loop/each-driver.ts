import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Loop, type LoopOptions, NodeDriver, VirtualDriver } from '../../src/public/loop.ts';

/** Registers a test for each driver: `program` writes events, which must be `expected` once the loop is idle. */
export function testOnEachDriver(
  name: string,
  program: (loop: Loop, events: unknown[]) => void,
  expected: unknown[],
): void {
  for (const Driver of [NodeDriver, VirtualDriver]) {
    test(`${name} (${Driver.name})`, async () => {
      const loop = new Loop(new Driver());
      const events: unknown[] = [];
      program(loop, events);
      while (loop.readyCount > 0 || loop.timerCount > 0)
        await new Promise<void>((r) => setImmediate(r));
      assert.deepEqual(events, expected);
    });
  }
}

/** A loop that runs only when told to, by the driver's `step` and `drain`. */
export function manualLoop(options: LoopOptions = {}): { loop: Loop; driver: VirtualDriver } {
  const driver = new VirtualDriver({ automatic: false });
  return { loop: new Loop(driver, options), driver };
}
