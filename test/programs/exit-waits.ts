// `process.exit()` in a greenlet: what an exit listener tries there.

import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

for (const attempt of [
  (): void => sleep(1),
  (): unknown => wait(Promise.resolve(1)),
  (): unknown => spawn(() => console.log('another ran')).get(),
])
  process.on('exit', () => {
    try {
      attempt();
      console.log('waited');
    } catch (error) {
      console.log((error as { code: string }).code, (error as { where: string }).where);
    }
  });
spawn(() => {
  spawn(() => console.log('another ran'));
  process.exit(3);
});
