import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Driver } from './driver.ts';
import { LONGEST_DELAY_MS } from './real-timer.ts';

// Callbacks of the loop must not see the async context of whoever happened to wake it.
const runInRootContext: <R>(fn: () => R) => R = AsyncLocalStorage.snapshot();

/**
 * Runs a loop inside Node's own. Turns come from setImmediate, so that libuv polls for I/O between two
 * calls; timers from one setTimeout for the earliest. Both keep the process alive, and only while
 * something is pending.
 *
 * A timeout that is armed too early is left alone, because checking again when it fires is cheaper than
 * replacing it: timeouts mostly move later, as old ones are cancelled and new ones added.
 */
export class NodeDriver implements Driver {
  #run: () => void = doNothing;
  #scheduled = false;
  #timeout: NodeJS.Timeout | null = null;
  #firesAt = Infinity;
  #wanted = Infinity;
  #keepsAlive = false;

  now(): number {
    return performance.now();
  }

  start(run: () => void): void {
    this.#run = (): void => runInRootContext(run);
  }

  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#onImmediate);
  }

  arm(when: number | null, keepsAlive: boolean): void {
    this.#wanted = when ?? Infinity;
    this.#keepsAlive = when !== null && keepsAlive;
    if (this.#timeout !== null && this.#wanted < this.#firesAt) {
      clearTimeout(this.#timeout);
      this.#timeout = null;
    }
    if (this.#timeout === null) {
      if (when !== null) this.#startTimeout(when);
    } else if (this.#keepsAlive) {
      this.#timeout.ref();
    } else {
      this.#timeout.unref();
    }
  }

  #startTimeout(when: number): void {
    const now = this.now();
    const delay = Math.min(Math.max(Math.ceil(when - now), 1), LONGEST_DELAY_MS);
    this.#firesAt = now + delay;
    this.#timeout = setTimeout(this.#onTimeout, delay);
    if (!this.#keepsAlive) this.#timeout.unref();
  }

  readonly #onImmediate = (): void => {
    this.#scheduled = false;
    this.#run();
  };

  readonly #onTimeout = (): void => {
    this.#timeout = null;
    if (this.#wanted === Infinity) return;
    // Node's timers run on a clock of whole milliseconds and may fire before `performance.now()` gets there.
    if (this.now() < this.#wanted) this.#startTimeout(this.#wanted);
    else this.#run();
  };
}

function doNothing(): void {}
