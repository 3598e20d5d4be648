// Prints the resident memory, in KB, of a greenlet that is parked in a wait.
//
// argument: how many to park

import { growYoungGeneration, resident } from '../../bench/resident.ts';
import { Future } from '../../src/future/future.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

const count = Number(process.argv[2]);
const each = await main(() => {
  spawn(() => sleep(0)).get(); // what the first one costs is not the others'
  const never = new Future<void>();
  let waiting = 0;
  const body = (): void => {
    waiting++;
    wait(never);
  };
  growYoungGeneration();
  const before = resident();
  for (let i = 0; i < count; i++) spawn(body);
  while (waiting < count) sleep(1);
  return (resident() - before) / count;
});
console.log(each);
process.exit();
