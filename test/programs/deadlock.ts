// Two greenlets wait for each other: main() must be rejected with LoopExit.

import { Future } from '../../src/future/index.ts';
import { LoopExit, main, spawn, wait } from '../../src/hub/index.ts';

try {
  await main(() => {
    const never = new Future<void>();
    const other = spawn(() => wait(never));
    other.name = 'the other';
    other.get();
  });
} catch (error) {
  if (!(error instanceof LoopExit)) throw error;
  if (!error.message.includes('the other waits for a Future')) throw error;
  if (!error.message.includes('main waits for the end of the other')) throw error;
  console.log('ok');
}
