// Two greenlets wait for each other: main() must be rejected with LoopExit.

import { Future } from '../../src/future/future.ts';
import { LoopExit } from '../../src/hub/loop-exit.ts';
import { main } from '../../src/hub/main.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

try {
  await main(() => {
    const never = new Future<void>();
    const other = spawn(function waitsForNobody() {
      wait(never);
    });
    other.name = 'the other';
    (function waitsForTheOther() {
      other.get();
    })();
  });
} catch (error) {
  if (!(error instanceof LoopExit)) throw error;
  const { message } = error;
  if (!/the other waits for a Future\n +at waitsForNobody \(/.test(message)) throw error;
  if (!/main waits for the end of the other\n +at waitsForTheOther \(/.test(message)) throw error;
  console.log('ok');
}
