const EMPTY = Buffer.alloc(0);
const SMALLEST_STORAGE = 4096;

/**
 * Bytes in the order they came. What is taken out is a view, not a copy, so bytes that were in the queue once are
 * never written over: storage is written to only behind its end, and a chunk that was given is never written to.
 * The usual cases copy nothing: one chunk comes, and is taken as a whole.
 */
export class ByteQueue {
  #bytes: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** Whether `#bytes` is storage made here, which may be appended to. */
  #own = false;

  get length(): number {
    return this.#end - this.#start;
  }

  append(chunk: Buffer): void {
    const length = this.#end - this.#start;
    if (length === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#own = false;
      return;
    }
    if (!this.#own || this.#bytes.length - this.#end < chunk.length) {
      // Twice what is needed, so that many small chunks cost no more than they are long.
      const storage = Buffer.allocUnsafeSlow(
        Math.max(SMALLEST_STORAGE, 2 * (length + chunk.length)),
      );
      this.#bytes.copy(storage, 0, this.#start, this.#end);
      this.#bytes = storage;
      this.#start = 0;
      this.#end = length;
      this.#own = true;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** Takes `count` bytes, or all if there are fewer. */
  take(count: number): Buffer {
    const length = this.#end - this.#start;
    if (count < length) {
      const from = this.#start;
      this.#start = from + count;
      return this.#bytes.subarray(from, from + count);
    }
    const all =
      length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(this.#start, this.#end);
    this.clear();
    return all;
  }

  clear(): void {
    this.#bytes = EMPTY;
    this.#start = 0;
    this.#end = 0;
    this.#own = false;
  }

  /** Where `bytes` begins first, at `from` or later, counted from the head of the queue; -1 if nowhere. */
  indexOf(bytes: Uint8Array, from: number): number {
    const at = this.#bytes.indexOf(bytes, this.#start + from);
    // Behind the end there may be anything.
    return at < 0 || at + bytes.length > this.#end ? -1 : at - this.#start;
  }
}
