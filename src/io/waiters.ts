import { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';
import { abortable } from '../task/index.ts';

/** Those who wait for one thing. Each has a future of its own, so that to cancel one leaves the others alone. */
export class Waiters {
  readonly #loop: Loop;
  readonly #futures = new Set<Future<void>>();

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  *join(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    const future = new Future<void>(this.#loop);
    this.#futures.add(future);
    try {
      yield* abortable(future, signal);
    } finally {
      this.#futures.delete(future);
    }
  }

  /** Lets all go on that wait now, or makes them raise `error`. */
  release(error?: unknown): void {
    for (const future of this.#futures) {
      if (future.done()) continue;
      if (error === undefined) future.setResult();
      else future.setException(error);
    }
    this.#futures.clear();
  }
}

/** Something that happens once, and may fail. */
export class Latch {
  readonly #waiters: Waiters;
  #opened = false;
  #error: unknown = undefined;

  constructor(loop: Loop) {
    this.#waiters = new Waiters(loop);
  }

  get opened(): boolean {
    return this.#opened;
  }

  open(error?: unknown): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#error = error;
    this.#waiters.release(error);
  }

  *passed(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    if (!this.#opened) yield* this.#waiters.join(signal);
    else if (this.#error !== undefined) throw this.#error;
  }
}
