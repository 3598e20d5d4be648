// A greenlet whose own stack runs a drain of promise jobs, or a callback that
// native code made, must not park: it is refused, and nothing is lost by it.

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { promiseJobs } from '../../src/addon/promise-jobs.ts';
import { CannotParkError } from '../../src/stack/switch.ts';

const raw = process as unknown as { _tickCallback(): void; noDeprecation: boolean };
raw.noDeprecation = true;
const tick = (): void => raw._tickCallback();

for (const drain of [promiseJobs()!, tick]) {
  const log: string[] = [];
  await main(() => {
    const other = spawn(() => {
      sleep(1);
      return 'other';
    });
    const attempts: [string, () => unknown][] = [
      ['sleep', () => sleep(1)],
      ['sleep(0)', () => sleep(0)],
      ['a promise', () => wait(new Promise((resolve) => setTimeout(resolve, 1)))],
      ['a future', () => other.get()],
      ['a raw switch', () => Greenlet.main.switch()],
      ['a new greenlet', () => new Greenlet(() => log.push('never runs')).switch()],
    ];
    for (const [what, attempt] of attempts) {
      void Promise.resolve().then(() => {
        try {
          attempt();
          log.push(`${what} was not refused`);
        } catch (error) {
          log.push(error instanceof CannotParkError ? what : `${what}: ${String(error)}`);
        }
      });
    }
    drain();
    // Afterwards everything goes on.
    assert.equal(wait(Promise.resolve('settles')), 'settles');
    assert.equal(other.get(), 'other');
    sleep(0);
  });
  assert.deepEqual(log, [
    'sleep',
    'sleep(0)',
    'a promise',
    'a future',
    'a raw switch',
    'a new greenlet',
  ]);
  assert.equal(await Promise.resolve('promises go on'), 'promises go on');
  assert.equal(await main(() => wait(Promise.resolve('and greenlets'))), 'and greenlets');
}

// An error that is refused with its switch is not delivered to anybody else.
await main(() => {
  const parked = new Greenlet(() => Greenlet.main.switch());
  let refused: unknown;
  void Promise.resolve().then(() => {
    try {
      parked.switch();
      parked.throw(new Error('astray'));
    } catch (error) {
      refused = error;
    }
    try {
      Greenlet.main.throw(new Error('astray'));
    } catch (error) {
      refused = error;
    }
  });
  promiseJobs()!();
  assert.ok(refused instanceof CannotParkError);
  sleep(0);
  sleep(1);
});

// A promise job of the main stack may start and continue greenlets that park.
const greenlet = new Greenlet(() => Greenlet.main.switch());
await Promise.resolve().then(() => greenlet.switch());
await Promise.resolve().then(() => greenlet.switch());
assert.equal(greenlet.dead, true);
console.log('ok');
