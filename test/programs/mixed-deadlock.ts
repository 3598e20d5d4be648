// A greenlet that waits for a task that waits for a lock that another greenlet holds, which waits for the first.

import { createTask, Lock, run } from '../../src/public/asyncio.ts';
import { type LoopExit, main, sleep, spawn, wait } from '../../src/public/index.ts';

const lock = new Lock();
const way = process.argv[2];

function begin(): void {
  const second = spawn(function holdsTheLock() {
    wait(lock.acquire());
    sleep(1);
    wait(first);
  });
  second.name = 'second';
  sleep(0);
  const task = createTask(
    function* waitsForTheLock() {
      yield* lock.acquire();
    },
    { name: 'worker' },
  );
  const first = spawn(function waitsForTheTask() {
    wait(task);
  });
  first.name = 'first';
  wait(second);
}

try {
  if (way === 'main') await main(begin);
  else await run(() => spawn(begin));
} catch (error) {
  console.log((error as LoopExit).code, (error as Error).message);
}
process.exit();
