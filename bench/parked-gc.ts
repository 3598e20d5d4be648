// What parked greenlets cost a program that allocates. V8 walks over every parked
// stack in every full collection, and in scavenges over those that may hold
// something young (GREENROOM_COLD=off: over all).

import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Future, main, sleep, spawn, wait } from 'greenroom';
import type { Contestant, Measurement, Round } from './measurement.ts';

const OBJECTS = 4_000_000;
/** So many stay alive at a time, so that collections have something to copy. */
const WINDOW = 16_384;
const PARKED = [0, 10_000, 100_000];
/** So many scavenges visit a stack until it can be left out. */
const VISITS = 3;

function allocate(): number {
  const recent = new Array<unknown>(WINDOW);
  const started = performance.now();
  for (let i = 0; i < OBJECTS; i++) recent[i % WINDOW] = { i, text: 'x', next: [i] };
  return performance.now() - started;
}

async function park(count: number): Promise<void> {
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
}

const scavenge = (): void => gc!({ type: 'minor' } as never);

const nameOf = (count: number): string =>
  count === 0 ? 'none parked' : `${count.toLocaleString('en')} parked`;

function whileParked(count: number): Contestant {
  return {
    name: nameOf(count),
    rounds: 5,
    prepare: async (): Promise<Round> => {
      await park(count);
      for (let k = 0; k <= VISITS; k++) scavenge();
      return () => main(allocate);
    },
  };
}

/** What Node tells of one. */
interface Collection {
  readonly duration: number;
  readonly detail: { readonly kind: number };
}

/** The pauses of scavenges while something runs, in milliseconds. */
async function scavengesIn(what: () => unknown): Promise<number[]> {
  const pauses: number[] = [];
  const note = (entries: readonly unknown[]): void => {
    for (const { detail, duration } of entries as readonly Collection[])
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) pauses.push(duration);
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  await what();
  // Node tells of a collection in a later turn, of all of them in one go.
  while (pauses.length === 0) {
    await delay(5);
    note(observer.takeRecords());
  }
  observer.disconnect();
  return pauses;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The mean pause, or the sum of all, of the scavenges in a round. */
function pauses(count: number, figure: (values: readonly number[]) => number): Contestant {
  return {
    name: nameOf(count),
    rounds: 5,
    prepare: async (): Promise<Round> => {
      await park(count);
      for (let k = 0; k <= VISITS; k++) scavenge();
      return async () => figure(await scavengesIn(() => main(allocate)));
    },
  };
}

/** The sum of the first scavenges after greenlets have parked, which visit them. */
function firstVisits(count: number): Contestant {
  return {
    name: nameOf(count),
    rounds: 3,
    prepare: async (): Promise<Round> => {
      await park(count);
      return async () =>
        sum(
          await scavengesIn(() => {
            for (let k = 0; k < VISITS; k++) scavenge();
          }),
        );
    },
  };
}

const small = OBJECTS.toLocaleString('en');

export const measurements: readonly Measurement[] = [
  {
    title: `Making ${small} small objects while greenlets are parked`,
    unit: 'milliseconds',
    contestants: PARKED.map(whileParked),
    targets: [
      { contestant: nameOf(10_000), against: nameOf(0), is: 'at most', factor: 1.15 },
      { contestant: nameOf(100_000), against: nameOf(0), is: 'at most', factor: 1.3 },
    ],
  },
  {
    title: `A scavenge while greenlets are parked, the mean pause in ${small} small objects`,
    unit: 'milliseconds',
    contestants: PARKED.map((count) => pauses(count, (all) => sum(all) / all.length)),
  },
  {
    title: `All scavenges while greenlets are parked, the sum of pauses in ${small} small objects`,
    unit: 'milliseconds',
    contestants: PARKED.map((count) => pauses(count, sum)),
  },
  {
    title: `The first ${VISITS} scavenges after greenlets have parked`,
    unit: 'milliseconds',
    fresh: true,
    contestants: PARKED.map(firstVisits),
  },
];
