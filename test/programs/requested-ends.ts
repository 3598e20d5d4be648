// Whatever another thread requests of V8 while greenlets switch is not lost:
// a script that does nothing but switch is stopped, each of many times.
//
// argument: how often

import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';

import { Greenlet } from '../../src/public/greenlet.ts';

const times = Number(process.argv[2] ?? 30);

// Two ways to do it for ever. A loop looks at requests of its own accord; where a builtin calls, only functions do,
// at their start. Neither allocates: a collection would make V8 look at all requests anew.
const endless = new Uint8Array(2 ** 28);
const ways: ((switches: () => void) => void)[] = [
  (switches) => {
    for (;;) switches();
  },
  (switches) => endless.forEach(switches),
];

for (let i = 0; i < times; i++) {
  for (const forEver of ways) {
    const echo = new Greenlet(() => forEver(() => void Greenlet.main.switch()));
    const script = (): void => forEver(() => void echo.switch());
    assert.throws(() => runInNewContext('script()', { script }, { timeout: 1 + (i % 3) }), {
      code: 'ERR_SCRIPT_EXECUTION_TIMEOUT',
    });
  }
}
console.log('ok');
