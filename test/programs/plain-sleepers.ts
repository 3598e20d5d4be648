// Plain greenlets that have waited in the hub leave nothing behind when they have ended.

import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawnRaw } from '../../src/hub/spawn.ts';
import { leavesNothing } from './settled.ts';

await leavesNothing(() =>
  main(() => {
    for (let i = 0; i < 200; i++) spawnRaw(() => sleep(i % 2));
    sleep(2);
    for (let i = 0; i < 20; i++) spawnRaw(() => sleep(0));
    sleep(2);
  }),
);
console.log('ok');
