import { type Future, WaitQueue } from '../../future/index.ts';
import type { WaitReason } from '../../kernel/index.ts';

/** Something that happens once, and may fail. */
export class Latch {
  readonly #waiters: WaitQueue;
  #opened = false;
  #error: unknown = undefined;

  constructor(waitReason: WaitReason) {
    this.#waiters = new WaitQueue(waitReason);
  }

  get opened(): boolean {
    return this.#opened;
  }

  open(error?: unknown): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#error = error;
    if (error === undefined) this.#waiters.wakeAll();
    else this.#waiters.failAll(error);
  }

  *passed(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    if (!this.#opened) yield* this.#waiters.wait(signal);
    else if (this.#error !== undefined) throw this.#error;
  }
}
