import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { getLoop, Loop, NodeDriver, setLoop } from '../../src/public/loop.ts';

const loopUrl = new URL('../../src/public/loop.ts', import.meta.url).href;

function program(body: string): string[] {
  const source = `import { getLoop } from ${JSON.stringify(loopUrl)}; const loop = getLoop();\n${body}`;
  return ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', source];
}

function outputOf(body: string): string {
  return execFileSync(process.execPath, program(body), { encoding: 'utf8', timeout: 20_000 });
}

suite('the loop on Node', () => {
  test('never calls a timer early', async () => {
    const loop = new Loop(new NodeDriver());
    const early: number[] = [];
    await new Promise<void>((resolve) => {
      let left = 40;
      for (let i = 0; i < 40; i++) {
        const when = loop.time() + i * 0.37;
        loop.callAt(when, () => {
          if (loop.time() < when) early.push(when);
          if (--left === 0) resolve();
        });
      }
    });
    assert.deepEqual(early, []);
  });

  test('calls an earlier timer that was set after a later one, and one whose predecessor was cancelled', async () => {
    const loop = new Loop(new NodeDriver());
    const events: string[] = [];
    const start = loop.time();
    await new Promise<void>((resolve) => {
      loop.callAt(start + 4, () => {
        events.push('late');
        resolve();
      });
      const cancelled = loop.callAt(start + 1, () => events.push('cancelled'));
      loop.callAt(start + 2, () => events.push('early'));
      cancelled.cancel();
    });
    assert.deepEqual(events, ['early', 'late']);
  });

  test('lets I/O happen though something is always ready', async () => {
    const loop = new Loop(new NodeDriver());
    let read = false;
    let spin = loop.callSoon(again);
    function again(): void {
      if (!read) spin = loop.callSoon(again);
    }
    const text = await readFile(import.meta.filename, 'utf8');
    read = true;
    spin.cancel();
    assert.match(text, /always ready/);
  });

  test('calls nothing in the async context of whoever woke it', async () => {
    const loop = new Loop(new NodeDriver());
    const storage = new AsyncLocalStorage<string>();
    const seen = await new Promise((resolve) => {
      storage.run('of the caller', () =>
        loop.callSoon(() => resolve(storage.getStore() ?? 'none')),
      );
    });
    assert.equal(seen, 'none');
  });

  test('is one for each thread, until another is set', () => {
    const loop = getLoop();
    assert.equal(getLoop(), loop);
    const other = new Loop(new NodeDriver());
    assert.equal(setLoop(other), loop);
    assert.equal(getLoop(), other);
    assert.equal(setLoop(loop), other);
  });

  test('keeps the process alive while handles and timers wait, and not longer', () => {
    assert.equal(
      outputOf(`
        loop.callSoon(() => console.log('soon'));
        loop.callLater(20, () => console.log('timer'));
        loop.callLater(600_000, () => {}).cancel();
        loop.callLater(600_000, () => {}).unref();
        const late = loop.callLater(600_000, () => {});
        loop.callLater(5, () => late.cancel());
      `),
      'soon\ntimer\n',
    );
  });

  test('a timer that is referenced again keeps the process alive again', () => {
    assert.equal(
      outputOf(`loop.callLater(20, () => console.log('timer')).unref().ref();`),
      'timer\n',
    );
  });

  test('an error in a handle becomes an uncaught exception, and what is ready runs all the same', () => {
    const output = outputOf(`
        process.on('uncaughtException', (error) => {
          console.log('uncaught', error.message);
          loop.callLater(1, () => console.log('goes on'));
        });
        loop.callSoon(() => { throw new Error('oops') });
        loop.callSoon(() => console.log('next'));
      `);
    // The listener is called between two visits. Where one ends is up to the budget, and that to the machine.
    const lines = output.trimEnd().split('\n');
    assert.deepEqual(
      [lines.slice(0, 2).toSorted(), lines.slice(2)],
      [['next', 'uncaught oops'], ['goes on']],
    );
  });

  test('an error in a handle ends the process if nobody listens', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      program(
        `loop.callSoon(() => { throw new Error('oops') }); loop.callLater(60_000, () => {});`,
      ),
      { encoding: 'utf8', timeout: 20_000 },
    );
    assert.equal(status, 1);
    assert.match(stderr, /Error: oops/);
  });
});
