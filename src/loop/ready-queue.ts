import type { Handle } from './handle.ts';

const SMALLEST = 64;

/** A drained queue larger than this gives its memory back. */
const LARGEST_KEPT = 4096;

/**
 * First in, first out, in a ring whose size is a power of two, so that an index wraps by a mask. It doubles
 * when full. Slots are cleared when taken: a finished handle must not be kept alive by the ring.
 */
export class ReadyQueue {
  #slots: (Handle | undefined)[] = new Array<Handle | undefined>(SMALLEST).fill(undefined);
  #mask = SMALLEST - 1;
  #head = 0;
  /** How many handles are waiting. */
  length: number = 0;

  push(handle: Handle): void {
    if (this.length > this.#mask) this.#resize(this.#slots.length * 2);
    this.#slots[(this.#head + this.length) & this.#mask] = handle;
    this.length++;
  }

  /** The next handle, left where it is. */
  peek(): Handle | undefined {
    return this.#slots[this.#head];
  }

  shift(): Handle | undefined {
    const head = this.#head;
    const handle = this.#slots[head];
    if (handle === undefined) return undefined;
    this.#slots[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    if (--this.length === 0 && this.#mask >= LARGEST_KEPT) this.#resize(SMALLEST);
    return handle;
  }

  /** Exchanges the next handle with the one `distance` places behind it. */
  bringForward(distance: number): void {
    const slots = this.#slots;
    const head = this.#head;
    const other = (head + distance) & this.#mask;
    const handle = slots[head];
    slots[head] = slots[other];
    slots[other] = handle;
  }

  #resize(size: number): void {
    const slots = new Array<Handle | undefined>(size).fill(undefined);
    for (let i = 0; i < this.length; i++) slots[i] = this.#slots[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = size - 1;
    this.#head = 0;
  }
}
