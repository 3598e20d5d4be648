// Suspended greenlets with parents among themselves, some of which the program lets go of.

import { setImmediate as turn } from 'node:timers/promises';

import fc from 'fast-check';

import { Greenlet } from '../../src/public/greenlet.ts';

interface Plant {
  /** Its parent is one of those before it, modulo; 0 is the main one. */
  parent: number;
  started: boolean;
  held: boolean;
}

export const forest: fc.Arbitrary<Plant[]> = fc.array(
  fc.record({ parent: fc.nat(20), started: fc.boolean(), held: fc.boolean() }),
  { minLength: 1, maxLength: 15 },
);

/** Which greenlets were unwound after all but the held ones were dropped, and which should have been. */
export async function dropSome(
  plants: readonly Plant[],
): Promise<{ unwound: number[]; expected: number[] }> {
  const unwound = new Set<number>();
  const held: Greenlet[] = [];
  (() => {
    const all: Greenlet[] = [Greenlet.main];
    for (const { parent, started, held: keep } of plants) {
      const number = all.length;
      const greenlet = new Greenlet(
        () => {
          try {
            Greenlet.main.switch();
          } finally {
            unwound.add(number);
          }
        },
        all[parent % all.length],
      );
      if (started) greenlet.switch();
      if (keep) held.push(greenlet);
      all.push(greenlet);
    }
  })();
  // A greenlet that is held holds its parent.
  const reachable = new Set<number>();
  for (const [index, { held: keep }] of plants.entries()) {
    if (!keep) continue;
    for (let up = index + 1; up > 0; up = plants[up - 1]!.parent % up) reachable.add(up);
  }
  const expected = plants
    .map((_, index) => index + 1)
    .filter((number) => plants[number - 1]!.started && !reachable.has(number));
  for (let round = 0; round < 5 || (round < 50 && unwound.size < expected.length); round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await turn();
    await turn();
  }
  const seen = [...unwound].toSorted((a, b) => a - b);
  for (const greenlet of held) greenlet.throw();
  return { unwound: seen, expected };
}
