import type { Future } from '../future/index.ts';
import type { Loop } from '../loop/index.ts';
import { ConnectionError } from './connection-error.ts';
import { Waiters } from './waiters.ts';

/** Those who wait in `drain()`. Semantics: asyncio's `FlowControlMixin`. */
export class FlowControl {
  readonly #drainers: Waiters;
  #paused = false;
  #lost = false;

  constructor(loop: Loop) {
    this.#drainers = new Waiters(loop);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#drainers.release();
  }

  lose(error: unknown): void {
    this.#lost = true;
    this.#drainers.release(error);
  }

  /** Whether `drained` returns at once. */
  get open(): boolean {
    return !this.#paused && !this.#lost;
  }

  *drained(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    if (this.#lost) throw new ConnectionError('ECONNRESET', 'The connection is lost (ECONNRESET)');
    if (this.#paused) yield* this.#drainers.join(signal);
  }
}
