import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { suite, test } from 'node:test';

import { Greenlet } from '../../src/greenlet/index.ts';

const { main } = Greenlet;

/** Collects until `done`, giving finalizers and the loop their turns. */
async function collectUntil(done: () => boolean): Promise<void> {
  for (let round = 0; round < 50 && !done(); round++) {
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
});
