// A script is stopped again and again while it starts and switches greenlets,
// at whatever line it happens to be; what greenlets there are stays in order.
//
// argument: how often

import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';

import { getCurrent, Greenlet } from '../../src/public/greenlet.ts';

const times = Number(process.argv[2] ?? 100);
const parked = Array.from({ length: 20 }, () => new Greenlet(() => Greenlet.main.switch()));
for (const greenlet of parked) greenlet.switch();

function start(): void {
  const echo = new Greenlet(() => {
    for (;;) Greenlet.main.switch();
  });
  for (;;) {
    new Greenlet(() => {}).switch();
    echo.switch();
  }
}

for (let i = 0; i < times; i++) {
  assert.throws(() => runInNewContext('start()', { start }, { timeout: 1 + (i % 3) }), {
    code: 'ERR_SCRIPT_EXECUTION_TIMEOUT',
  });
  assert.equal(getCurrent(), Greenlet.main);
  assert.equal(new Greenlet((n: number) => n + 1).switch(i), i + 1);
}
for (const [id, greenlet] of parked.entries()) assert.equal(greenlet.switch(id), id);
console.log('ok');
