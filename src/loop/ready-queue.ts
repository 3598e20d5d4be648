import type { Handle } from './handle.ts';

const SMALLEST = 64;

/** A ring of this size is small enough to be kept for ever. */
const LARGEST_KEPT = 4096;

/** No drained ring is larger than this: 2 MB. */
const LARGEST_DRAINED = 262_144;

/** So often a larger one is drained until half of its memory is given back. */
const DRAINS = 64;

/**
 * First in, first out, in a ring whose size is a power of two, so that an index wraps by a mask. It doubles
 * when full, and shrinks slowly: crowds tend to come again, and fresh memory for them costs more than all else that the
 * ring does. Slots are cleared when taken: a finished handle must not be kept alive by the ring.
 */
export class ReadyQueue {
  #slots: (Handle | undefined)[] = new Array<Handle | undefined>(SMALLEST).fill(undefined);
  #mask = SMALLEST - 1;
  #head = 0;
  #drains = 0;
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
    if (--this.length === 0 && this.#mask >= LARGEST_KEPT) this.#shrink();
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

  #shrink(): void {
    const size = this.#mask + 1;
    if (size > LARGEST_DRAINED) this.#resize(LARGEST_DRAINED);
    else if (++this.#drains >= DRAINS) this.#resize(size / 2);
  }

  #resize(size: number): void {
    const slots = new Array<Handle | undefined>(size).fill(undefined);
    for (let i = 0; i < this.length; i++) slots[i] = this.#slots[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = size - 1;
    this.#head = 0;
    this.#drains = 0;
  }
}
