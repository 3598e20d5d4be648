import { getCurrent, Greenlet } from '../../greenlet/index.ts';
import { joinAll, sleep, spawn } from '../../hub/index.ts';

const SWITCHES_PER_LOOK = 2000;

/** Lets two greenlets hand over to each other for `ms` milliseconds; switches per second. */
export function measureSwitches(ms: number): number {
  const here = getCurrent();
  const other = new Greenlet(() => {
    for (;;) here.switch();
  });
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  do {
    for (let nth = 0; nth < SWITCHES_PER_LOOK; nth += 2) other.switch();
    count += SWITCHES_PER_LOOK;
    elapsed = performance.now() - start;
  } while (elapsed < ms);
  other.throw(); // unwinds it
  return count / (elapsed / 1000);
}

export interface Crowd {
  seconds: number;
  kilobytesEach: number;
}

/** Has `count` greenlets asleep at once, for `ms` milliseconds each. */
export function measureCrowd(count: number, ms: number): Crowd {
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const sleepers = Array.from({ length: count }, () => spawn(sleep, ms));
  sleep(ms / 2);
  const after = process.memoryUsage.rss();
  joinAll(sleepers);
  return {
    seconds: (performance.now() - start) / 1000,
    kilobytesEach: (after - before) / 1024 / count,
  };
}
