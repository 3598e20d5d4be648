import type { Future } from './future.ts';

/** A queue shorter than this is not worth clearing of the dead. */
const COMPACT_FROM = 32;

/**
 * Those who wait at a primitive, first in, first out. A future that is done already (cancelled, or timed
 * out) has given up its place: it is skipped and never counted as woken.
 */
export class WaitQueue<T = void> {
  #entries: (Future<T> | undefined)[] = [];
  #head = 0;
  /** The length at which to look for the dead next. */
  #compactAt = COMPACT_FROM;

  /** How many still wait. O(n). */
  get length(): number {
    let count = 0;
    for (let i = this.#head; i < this.#entries.length; i++) {
      const future = this.#entries[i];
      if (future !== undefined && !future.done()) count++;
    }
    return count;
  }

  push(future: Future<T>): void {
    if (this.#entries.length >= this.#compactAt) this.#compact();
    this.#entries.push(future);
  }

  /** The one that has waited longest, left where it is. */
  peek(): Future<T> | undefined {
    const entries = this.#entries;
    while (this.#head < entries.length) {
      const future = entries[this.#head];
      if (future !== undefined && !future.done()) return future;
      this.#drop();
    }
    return undefined;
  }

  /** Takes out the one that has waited longest. */
  shift(): Future<T> | undefined {
    const future = this.peek();
    if (future !== undefined) this.#drop();
    return future;
  }

  /** Takes out a future wherever it stands. False if it was not here. */
  remove(future: Future<T>): boolean {
    const index = this.#entries.indexOf(future, this.#head);
    if (index < 0) return false;
    if (index === this.#head) this.#drop();
    else this.#entries.splice(index, 1);
    return true;
  }

  /** Gives `value` to the one that has waited longest. False if nobody waits. */
  wakeOne(value: T): boolean {
    const future = this.shift();
    if (future === undefined) return false;
    future.setResult(value);
    return true;
  }

  /** Gives `value` to all who wait now; returns how many. */
  wakeAll(value: T): number {
    let count = 0;
    while (this.wakeOne(value)) count++;
    return count;
  }

  #drop(): void {
    this.#entries[this.#head++] = undefined;
    if (this.#head === this.#entries.length) {
      this.#entries.length = 0;
      this.#head = 0;
    }
  }

  /**
   * Drops those who gave up and the slots of those who were taken. Without it, waits that time out behind one
   * that never ends would pile up. Done each time the length has doubled, so a push costs O(1), amortised.
   */
  #compact(): void {
    this.#entries = this.#entries.filter((future) => future !== undefined && !future.done());
    this.#head = 0;
    this.#compactAt = Math.max(COMPACT_FROM, this.#entries.length * 2);
  }
}
