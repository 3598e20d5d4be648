import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Loop, TURN_BUDGET_MS, VirtualDriver } from '../../src/public/loop.ts';

class CountingDriver extends VirtualDriver {
  looks = 0;

  override now(): number {
    this.looks++;
    return super.now();
  }
}

function spinning(costMs: number): { driver: CountingDriver; loop: Loop; handles: () => number } {
  const driver = new CountingDriver({ automatic: false });
  // With promise jobs that can be drained: without the addon, a visit ends after each callback.
  const loop = new Loop(driver, { promiseJobs: () => {} });
  let handles = 0;
  const again = (): void => {
    handles++;
    driver.elapse(costMs);
    loop.callSoon(again);
  };
  loop.callSoon(again);
  return { driver, loop, handles: () => handles };
}

suite('the budget of a visit', () => {
  test('lets I/O in about every millisecond, though something is always ready', () => {
    const { driver } = spinning(0.01);
    for (let i = 0; i < 20; i++) driver.step();
    const start = driver.now();
    for (let i = 0; i < 100; i++) driver.step();
    const perVisit = (driver.now() - start) / 100;
    assert.ok(
      perVisit >= TURN_BUDGET_MS && perVisit < TURN_BUDGET_MS * 2,
      `${perVisit} ms a visit`,
    );
  });

  test('is overrun by few handles when quick ones are followed by slow ones', () => {
    const { driver, handles } = spinning(5);
    for (let i = 0; i < 5; i++) driver.step();
    const before = handles();
    for (let i = 0; i < 10; i++) driver.step();
    assert.ok(handles() - before <= 20, `${handles() - before} slow handles in 10 visits`);
  });

  test('costs one look at the clock for many quick handles', () => {
    const { driver, handles } = spinning(0.0001);
    for (let i = 0; i < 10; i++) driver.step();
    const { looks } = driver;
    const before = handles();
    for (let i = 0; i < 10; i++) driver.step();
    assert.ok((handles() - before) / (driver.looks - looks) > 30);
  });

  test('ends also on a clock that stands still', () => {
    const { driver, handles } = spinning(0);
    driver.step();
    assert.ok(handles() > 1000);
  });
});
