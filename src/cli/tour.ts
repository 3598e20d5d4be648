import { main, sleep, spawn, joinAll } from '../hub/index.ts';

export async function tour(_args: readonly string[]): Promise<void> {
  await main(() => {
    joinAll([1, 2, 3].map((n) => spawn(() => sleep(n * 100))));
    console.log('tour');
  });
}
