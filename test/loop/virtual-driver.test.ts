import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Loop, VirtualDriver } from '../../src/public/loop.ts';
import { manualLoop } from './each-driver.ts';

suite('the virtual driver', () => {
  test('jumps from timer to timer, and stands still in between', () => {
    const { loop, driver } = manualLoop();
    const events: [string, number][] = [];
    const note = (name: string): void => void events.push([name, loop.time()]);
    loop.callLater(1000, () => {
      note('a');
      loop.callSoon(note, 'a, soon');
      loop.callLater(500, note, 'c');
    });
    loop.callLater(1200, note, 'b');
    driver.drain();
    assert.deepEqual(events, [
      ['a', 1000],
      ['a, soon', 1000],
      ['b', 1200],
      ['c', 1500],
    ]);
  });

  test('settles promises before it jumps', async () => {
    const loop = new Loop(new VirtualDriver());
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      loop.callLater(1, () => {
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => loop.callLater(1, () => events.push(`inner at ${loop.time()}`)));
      });
      loop.callLater(10, () => events.push(`outer at ${loop.time()}`));
      loop.callLater(11, resolve);
    });
    assert.deepEqual(events, ['inner at 2', 'outer at 10']);
  });

  test('does not wait for a timer that was unreferenced, but runs it on the way to others', () => {
    const { loop, driver } = manualLoop();
    const events: number[] = [];
    loop.callLater(5, () => events.push(5)).unref();
    loop.callLater(15, () => events.push(15)).unref();
    loop.callLater(10, () => events.push(10));
    driver.drain();
    assert.deepEqual(events, [5, 10]);
  });

  test('with patience, lets real I/O finish before it jumps', async () => {
    const { readFile } = await import('node:fs/promises');
    const loop = new Loop(new VirtualDriver({ patience: 200 }));
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      loop.callLater(1000, () => resolve());
      void readFile(import.meta.filename).then(() => events.push(`read at ${loop.time()}`));
    });
    assert.deepEqual(events, ['read at 0']);
  });

  test('runs nothing more once it is stopped', () => {
    const { loop, driver } = manualLoop();
    loop.callSoon(() => assert.fail());
    driver.stop();
    assert.equal(driver.step(), false);
  });
});
