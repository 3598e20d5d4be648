import { type Future, WaitQueue } from '../../future/index.ts';
import { ConnectionError } from '../connect/connection-error.ts';

/** Those who wait in `drain()`. Semantics: asyncio's `FlowControlMixin`. */
export class FlowControl {
  readonly #drainers = new WaitQueue('room to write');
  #paused = false;
  #lost = false;

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#drainers.wakeAll();
  }

  lose(error: unknown): void {
    this.#lost = true;
    if (error === undefined) this.#drainers.wakeAll();
    else this.#drainers.failAll(error);
  }

  /** Whether `drained` returns at once. */
  get open(): boolean {
    return !this.#paused && !this.#lost;
  }

  *drained(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    if (this.#lost) throw new ConnectionError('ECONNRESET', 'The connection is lost (ECONNRESET)');
    if (this.#paused) yield* this.#drainers.wait(signal);
  }
}
