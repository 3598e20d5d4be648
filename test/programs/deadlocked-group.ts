// A greenlet of a group waits for what nobody does, and refuses to be cancelled: main() must be told, and not wait on.

import { TaskGroup } from '../../src/public/asyncio.ts';
import { Future } from '../../src/future/future.ts';
import { LoopExit } from '../../src/hub/loop-exit.ts';
import { main } from '../../src/hub/main.ts';
import { wait } from '../../src/hub/wait.ts';

let refusals = 0;

function refuse(): void {
  for (;;) {
    try {
      wait(new Future<void>());
    } catch {
      refusals++;
    }
  }
}

try {
  await main(() => {
    wait(
      TaskGroup.run((group) => {
        group.spawn(refuse);
      }),
    );
  });
} catch (error) {
  if (!(error instanceof LoopExit)) throw error;
  if (refusals !== 1) throw new Error(`Cancelled ${refusals} times`, { cause: error });
  console.log('ok');
}
