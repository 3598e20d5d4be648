// A script that is stopped after a time (`vm`, timeout) runs or calls
// greenlets; everything else goes on. A stop in the very moment of a switch is
// a known limit (docs/limits.md), so the times are long enough for a busy machine
// to be past the last one.

import assert from 'node:assert/strict';
import { runInNewContext, runInThisContext } from 'node:vm';

import { Greenlet } from '../../src/public/greenlet.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';

const TIMEOUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
const endless = (): void => runInThisContext('for (;;);', { timeout: 5 }) as void;
const parked = Array.from({ length: 100 }, () => new Greenlet(() => Greenlet.main.switch()));
for (const greenlet of parked) greenlet.switch();

// The script and its timeout are on one stack: the main one, then a greenlet.
assert.throws(endless, { code: TIMEOUT });
new Greenlet(() => assert.throws(endless, { code: TIMEOUT })).switch();
for (let i = 0; i < 3; i++) {
  assert.equal(
    new Greenlet(() => {
      try {
        [1].map(endless);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return 'not stopped';
    }).switch(),
    TIMEOUT,
  );
}

// The script starts a greenlet that never ends: the timeout reaches through it.
const victims: Greenlet[] = [];
for (let i = 0; i < 3; i++) {
  assert.throws(
    () =>
      runInNewContext(
        'start()',
        {
          start() {
            const victim = new Greenlet(() => {
              for (;;);
            });
            victims.push(victim);
            return victim.switch();
          },
        },
        { timeout: 500 },
      ),
    { code: TIMEOUT },
  );
}
assert.deepEqual(
  victims.map((victim) => victim.dead),
  [true, true, true],
);

// The same from a script that itself runs on a greenlet: only that is stopped.
for (let i = 0; i < 3; i++) {
  const caller = new Greenlet(() => {
    const start = (): unknown =>
      new Greenlet(() =>
        new Greenlet(() => {
          for (;;);
        }).switch(),
      ).switch();
    assert.throws(() => runInNewContext('start()', { start }, { timeout: 500 }), { code: TIMEOUT });
    return Greenlet.main.switch('parked');
  });
  assert.equal(caller.switch(), 'parked');
  assert.equal(caller.switch('goes on'), 'goes on');
}

// The script switches fast between two.
assert.throws(
  () =>
    runInNewContext(
      'start()',
      {
        start() {
          const ping: Greenlet = new Greenlet(() => {
            for (;;) pong.switch();
          });
          const pong: Greenlet = new Greenlet(() => {
            for (;;) ping.switch();
          });
          ping.switch();
        },
      },
      { timeout: 500 },
    ),
  { code: TIMEOUT },
);

await main(() => {
  const others = Array.from({ length: 10 }, () => spawn(() => sleep(1)));
  sleep(0);
  assert.throws(endless, { code: TIMEOUT });
  for (const other of others) assert.equal(other.join(1000), true);
});

for (const [id, greenlet] of parked.entries()) assert.equal(greenlet.switch(id), id);
console.log('ok');
