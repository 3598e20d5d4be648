// Timers that are set and cancelled before they fire, as timeouts are.

import { type Handle, getLoop } from 'greenroom/loop';
import type { Measurement, Round } from './measurement.ts';

const COUNT = 100_000;

/** Different times, in an order that suits nobody. */
const delays = Array.from({ length: COUNT }, (_, i) => 1000 + ((i * 7919) % COUNT));

function ofLoop(): Round {
  const loop = getLoop();
  return () => {
    const started = performance.now();
    const timers: Handle[] = [];
    for (const delay of delays) timers.push(loop.callLater(delay, nothing));
    for (const timer of timers) timer.cancel();
    return performance.now() - started;
  };
}

function nothing(): void {}

function ofNode(): Round {
  return () => {
    const started = performance.now();
    const timers: NodeJS.Timeout[] = [];
    for (const delay of delays) timers.push(setTimeout(nothing, delay));
    for (const timer of timers) clearTimeout(timer);
    return performance.now() - started;
  };
}

const args = [String(COUNT)];

export const measurements: readonly Measurement[] = [
  {
    title: '100,000 timers set and cancelled',
    unit: 'milliseconds',
    contestants: [
      { name: 'callLater', prepare: ofLoop },
      { name: 'setTimeout', prepare: ofNode },
      { name: 'asyncio', peer: 'asyncio-timers.py', args: [...args, 'asyncio'], needs: 'asyncio' },
      { name: 'uvloop', peer: 'asyncio-timers.py', args, needs: 'uvloop' },
    ],
    targets: [{ contestant: 'callLater', against: 'setTimeout', is: 'at most', factor: 1 }],
  },
];
