// `process.exit()` in a greenlet: what an exit listener tries there.

import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

const waits = spawn(sleep, 1e6);
for (const attempt of [
  (): void => sleep(1),
  (): unknown => wait(Promise.resolve(1)),
  (): unknown => spawn(() => console.log('another ran')).get(),
  // It may not wait, so it does not: as on the main stack.
  (): void => spawn(sleep, 1).kill(),
  (): void => waits.kill(),
])
  process.on('exit', () => {
    try {
      attempt();
      console.log('did not throw');
    } catch (error) {
      console.log((error as { code: string }).code, (error as { where: string }).where);
    }
  });
spawn(() => {
  sleep(0);
  spawn(() => console.log('another ran'));
  process.exit(3);
});
