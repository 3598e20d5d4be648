// Waiting, in code that is not async, for a promise that is resolved already.

import { Future, main, wait } from 'greenroom';
import type { Measurement, Round } from './measurement.ts';

/** Runs `once` so often that it can be measured; returns microseconds each. */
function each(times: number, once: () => unknown): number {
  const started = performance.now();
  for (let i = 0; i < times; i++) once();
  return ((performance.now() - started) * 1000) / times;
}

async function asyncAwait(): Promise<number> {
  const times = 200_000;
  const started = performance.now();
  for (let i = 0; i < times; i++) await Promise.resolve(i);
  return ((performance.now() - started) * 1000) / times;
}

export const measurements: readonly Measurement[] = [
  {
    title: 'Waiting for a resolved promise',
    unit: 'microseconds',
    contestants: [
      {
        name: 'wait(promise)',
        prepare: (): Round => () => main(() => each(100_000, () => wait(Promise.resolve(1)))),
      },
      {
        name: 'wait(finished Future)',
        prepare: (): Round => () => {
          const future = Future.resolved(1);
          return main(() => each(100_000, () => wait(future)));
        },
      },
      { name: 'await', prepare: (): Round => asyncAwait },
      { name: 'synckit', peer: 'synckit-wait.js', needs: 'synckit', rounds: 5 },
      { name: 'deasync', peer: 'deasync-wait.js', needs: 'deasync', rounds: 5 },
    ],
    targets: [{ contestant: 'wait(promise)', is: 'at most', factor: 1.5 }],
  },
];
