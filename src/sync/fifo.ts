import type { ItemStore } from './item-store.ts';

const SMALLEST = 16;

/** A drained store larger than this gives its memory back. */
const LARGEST_KEPT = 1024;

/**
 * First in, first out, in a ring whose size is a power of two, so that an index wraps by a mask. It doubles when
 * full. Slots are cleared when taken: what has left must not be kept alive.
 */
export class Fifo<T> implements ItemStore<T> {
  #slots: (T | undefined)[] = [];
  /** The size of the ring, less one; -1 as long as there is none. */
  #mask = -1;
  #head = 0;
  length: number = 0;

  add(item: T): void {
    if (this.length > this.#mask) this.#resize(Math.max(SMALLEST, this.#slots.length * 2));
    this.#slots[(this.#head + this.length) & this.#mask] = item;
    this.length++;
  }

  take(): T {
    const head = this.#head;
    const item = this.#slots[head] as T;
    this.#slots[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    if (--this.length === 0 && this.#mask >= LARGEST_KEPT) this.#resize(SMALLEST);
    return item;
  }

  #resize(size: number): void {
    const slots = new Array<T | undefined>(size).fill(undefined);
    for (let i = 0; i < this.length; i++) slots[i] = this.#slots[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = size - 1;
    this.#head = 0;
  }
}
