// Two greenlets that switch to each other, no loop in between.

import { Greenlet } from 'greenroom';
import type { Measurement, Round } from './measurement.ts';

const SWITCHES = 1_000_000;

function pingPong(): number {
  let left = SWITCHES / 2;
  const ping: Greenlet = new Greenlet(() => {
    while (left > 0) {
      left--;
      pong.switch();
    }
  });
  const pong: Greenlet = new Greenlet(() => {
    for (;;) ping.switch();
  });
  const started = performance.now();
  ping.switch();
  const elapsed = performance.now() - started;
  pong.throw();
  return (SWITCHES * 1000) / elapsed;
}

/** For scale: what a coroutine costs that may stop only in its own frame. */
function generator(): number {
  function* numbers(): Generator<number, void, number> {
    let n = 0;
    for (;;) n = yield n;
  }
  const running = numbers();
  running.next();
  const started = performance.now();
  for (let i = 0; i < SWITCHES / 2; i++) running.next(i);
  return (SWITCHES * 1000) / (performance.now() - started);
}

export const measurements: readonly Measurement[] = [
  {
    title: 'Switches a second between two greenlets',
    unit: 'per second',
    contestants: [
      { name: 'greenroom', prepare: (): Round => pingPong },
      { name: 'python-greenlet', peer: 'greenlet-switch.py', needs: 'greenlet' },
      { name: 'JavaScript generator', prepare: (): Round => generator },
    ],
    targets: [{ contestant: 'greenroom', is: 'at least', factor: 4.5e6 }],
  },
];
