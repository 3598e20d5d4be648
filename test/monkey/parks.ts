import { main } from '../../src/hub/main.ts';
import { spawn } from '../../src/hub/spawn.ts';

/** Runs `call` in a greenlet; whether another greenlet could run meanwhile. */
export async function parks(call: () => unknown): Promise<boolean> {
  return await main(() => {
    let parked = false;
    const other = spawn(() => {
      parked = true;
    });
    try {
      call();
      return parked;
    } finally {
      other.kill();
    }
  });
}
