// The time of a script is up while it is parked. V8 stops whatever runs then: a
// greenlet that has nothing to do with it, and that the loop has called. It ends,
// and nothing else does. (Code on the main stack would take the process along:
// docs/limits.md.)

import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';

import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';

for (let round = 0; round < 2; round++) {
  const ends = await main(() => {
    const script = spawn(() => {
      try {
        runInNewContext('park()', { park: () => sleep(900) }, { timeout: 300 });
        return 'no timeout';
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    const bystander = spawn(() => {
      sleep(1);
      const started = performance.now();
      while (performance.now() - started < 800);
      return 'not stopped';
    });
    const third = spawn(() => (sleep(950), 'unharmed'));
    bystander.join();
    return [String(bystander.exception()), script.get(), third.get()];
  });
  assert.deepEqual(ends, [
    "GreenroomError: The greenlet's script was terminated while it ran",
    'ERR_SCRIPT_EXECUTION_TIMEOUT',
    'unharmed',
  ]);
}
console.log('ok');
