import type { ItemStore } from './item-store.ts';

/** Negative if `a` comes before `b`, positive if after, 0 if it is the same: as for `Array.prototype.sort`. */
export type Compare<T> = (a: T, b: T) => number;

interface Entry<T> {
  readonly item: T;
  /** Of those that compare as equal, the older one is first. */
  readonly age: number;
}

/**
 * A binary heap: each entry is before its two children, so the first is before all.
 *
 * `compare` is the user's and may throw. Therefore the way of an entry through the heap is found first, and nothing
 * is moved before it is known: after an error the heap is as it was.
 */
export class Heap<T> implements ItemStore<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #compare: Compare<T>;
  #age = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#entries.length;
  }

  add(item: T): void {
    const entries = this.#entries;
    const entry: Entry<T> = { item, age: this.#age };
    let place = entries.length;
    let steps = 0;
    while (place > 0 && this.#isBefore(entry, entries[(place - 1) >> 1]!)) {
      place = (place - 1) >> 1;
      steps++;
    }
    this.#age++;
    let hole = entries.length;
    for (; steps > 0; steps--) {
      entries[hole] = entries[(hole - 1) >> 1]!;
      hole = (hole - 1) >> 1;
    }
    entries[hole] = entry;
  }

  take(): T {
    const entries = this.#entries;
    const { item } = entries[0]!;
    // The last one takes the first place and sinks from there.
    const last = entries.length - 1;
    const sinking = entries[last]!;
    const way: number[] = [];
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#isBefore(entries[child + 1]!, entries[child]!)) child++;
      if (!this.#isBefore(entries[child]!, sinking)) break;
      way.push(child);
      place = child;
    }
    let hole = 0;
    for (const child of way) {
      entries[hole] = entries[child]!;
      hole = child;
    }
    entries[hole] = sinking;
    entries.pop();
    return item;
  }

  #isBefore(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#compare(a.item, b.item);
    return order < 0 || (order === 0 && a.age < b.age);
  }
}
