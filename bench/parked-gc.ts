// What parked greenlets cost a program that allocates: V8 walks every parked
// stack at every collection.

import { Future, main, sleep, spawn, wait } from 'greenroom';
import type { Contestant, Measurement, Round } from './measurement.ts';

const OBJECTS = 4_000_000;
/** So many stay alive at a time, so that collections have something to copy. */
const WINDOW = 16_384;

function allocate(): number {
  const recent = new Array<unknown>(WINDOW);
  const started = performance.now();
  for (let i = 0; i < OBJECTS; i++) recent[i % WINDOW] = { i, text: 'x', next: [i] };
  return performance.now() - started;
}

function whileParked(count: number): Contestant {
  return {
    name: count === 0 ? 'none parked' : `${count.toLocaleString('en')} parked`,
    rounds: 5,
    prepare: async (): Promise<Round> => {
      const never = new Future<void>();
      await main(() => {
        let waiting = 0;
        const body = (): void => {
          waiting++;
          wait(never);
        };
        for (let i = 0; i < count; i++) spawn(body);
        while (waiting < count) sleep(1);
      });
      return () => main(allocate);
    },
  };
}

export const measurements: readonly Measurement[] = [
  {
    title: `Making ${OBJECTS.toLocaleString('en')} small objects while greenlets are parked`,
    unit: 'milliseconds',
    contestants: [0, 10_000, 100_000].map(whileParked),
  },
];
