import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { suite, test } from 'node:test';

import { getCurrent, Greenlet, GreenletExit } from '../../src/public/greenlet.ts';
import { wait } from '../../src/hub/wait.ts';

const { main } = Greenlet;

/** Collects until `done`, giving finalizers and the loop their turns. */
async function collectUntil(done: () => boolean, rounds = 50): Promise<void> {
  for (let round = 0; round < rounds && !done(); round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await turn();
    await turn();
  }
}

suite('an unreachable greenlet', () => {
  test('is unwound: its finally blocks run', async () => {
    let unwound = 0;
    (() => {
      for (let i = 0; i < 10; i++) {
        new Greenlet(() => {
          try {
            main.switch();
          } finally {
            unwound++;
          }
        }).switch();
      }
    })();
    await collectUntil(() => unwound === 10);
    assert.equal(unwound, 10);
  });

  test('is left alone as long as somebody holds it', async () => {
    let unwound = false;
    const greenlet = new Greenlet(() => {
      try {
        return main.switch();
      } finally {
        unwound = true;
      }
    });
    greenlet.switch();
    let other = false;
    (() => {
      new Greenlet(() => {
        try {
          main.switch();
        } finally {
          other = true;
        }
      }).switch();
    })();
    await collectUntil(() => other);
    assert.equal(other, true);
    assert.equal(unwound, false);
    assert.equal(greenlet.switch('still here'), 'still here');
  });

  test('that fails while it is unwound is reported as a warning and harms nobody', async () => {
    const warning = new Promise<Error>((resolve) => process.once('warning', resolve));
    (() => {
      new Greenlet(() => {
        try {
          main.switch();
        } finally {
          throw new Error('in the clean-up');
        }
      }).switch();
    })();
    let seen: Error | undefined;
    void warning.then((value) => (seen = value));
    await collectUntil(() => seen !== undefined);
    assert.match(String(seen?.message), /in the clean-up/);
  });

  test('that its clean-up makes reachable again goes on living, with the parent that it had', async () => {
    const parent = new Greenlet(() => main.switch());
    parent.switch();
    const rescued: Greenlet[] = [];
    (() => {
      new Greenlet(() => {
        try {
          main.switch();
        } finally {
          rescued.push(getCurrent());
          main.switch('first');
        }
      }, parent).switch();
    })();
    await collectUntil(() => rescued.length > 0);
    assert.equal(rescued[0]!.dead, false);
    assert.equal(rescued[0]!.parent, parent);
    assert.ok(rescued[0]!.switch() instanceof GreenletExit);
    assert.deepEqual([rescued[0]!.dead, parent.dead], [true, true]);
    assert.equal(rescued[0]!.switch('past two dead ones'), 'past two dead ones');
  });

  test('gets its GreenletExit on the main stack, whoever its parent was, and that parent hears nothing', async () => {
    const parent = new Greenlet(() => main.switch('parked'));
    parent.switch();
    let runsAbove: Greenlet | null = null;
    (() => {
      new Greenlet(() => {
        try {
          main.switch();
        } finally {
          runsAbove = getCurrent().parent;
        }
      }, parent).switch();
    })();
    await collectUntil(() => runsAbove !== null);
    assert.equal(runsAbove, main);
    assert.equal(parent.dead, false);
    assert.equal(parent.switch('for the parent'), 'for the parent');
  });

  test('that waits in the hub is not unwound before its wait has ended', async () => {
    const log: string[] = [];
    let end: () => void = () => {};
    const promise = new Promise<void>((resolve) => (end = resolve));
    (() => {
      new Greenlet(() => {
        try {
          wait(promise);
          log.push('waited');
          main.switch();
        } finally {
          log.push('unwound');
        }
      }).switch();
    })();
    for (let i = 0; i < 5; i++) await collectUntil(() => false, 2);
    assert.deepEqual(log, []);
    end();
    await collectUntil(() => log.length === 2);
    assert.deepEqual(log, ['waited', 'unwound']);
  });

  test('that never started, or has ended, is collected with what it holds', async () => {
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    (() => {
      for (let i = 0; i < 10; i++) {
        const held = { i };
        registry.register(held, i);
        const greenlet = new Greenlet(() => held.i);
        if (i % 2 === 0) greenlet.switch();
      }
    })();
    await collectUntil(() => collected === 10);
    assert.equal(collected, 10);
  });

  test('that has ended is collected though a parent that never ran leads to it', async () => {
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    (() => {
      for (let i = 0; i < 10; i++) {
        const parent: Greenlet = new Greenlet(() => child.dead);
        const child = new Greenlet(() => {
          throw new RangeError('its parent dies of it');
        }, parent);
        assert.throws(() => child.switch(), RangeError);
        registry.register(child, i);
      }
      // The last one that was switched to is held until the next is.
      new Greenlet(() => {}).switch();
    })();
    await collectUntil(() => collected === 10);
    assert.equal(collected, 10);
  });
});
