import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The async context of a task holds on to that task, and so would everything that is scheduled in it.
const outside: <R>(fn: () => R) => R = AsyncLocalStorage.snapshot();

/** At most one part in so many of the time goes into collections that were asked for here. */
const SHARE = 20;

/**
 * Finds out soon that something was dropped: two turns after it might have been, it collects garbage. Each suspicion
 * gets one such attempt, and none comes before twenty times the cost of the last has gone by.
 *
 * Rejected: minor collections, which cost less. V8 finalises little in them, and nothing before Node 24.
 */
export class DebugCollector {
  /** How many things may have been dropped. */
  #suspects = 0;
  #scheduled = false;
  #notBefore = 0;
  readonly #collect = findCollector();

  suspect(): void {
    this.#suspects++;
    if (this.#scheduled) return;
    this.#scheduled = true;
    outside(() => setImmediate(() => setImmediate(this.#look)));
  }

  /** One suspicion less: it was used after all, or was found to be gone. */
  clear(): void {
    if (this.#suspects > 0) this.#suspects--;
  }

  readonly #look = (): void => {
    const began = performance.now();
    if (this.#suspects > 0 && began < this.#notBefore) {
      setTimeout(this.#look, this.#notBefore - began).unref();
      return;
    }
    this.#scheduled = false;
    if (this.#suspects === 0) return;
    this.#collect();
    const ended = performance.now();
    this.#notBefore = ended + (ended - began) * SHARE;
  };
}

/** V8's `gc`, which every new context has while the flag is set. */
function findCollector(): () => void {
  const { gc } = globalThis;
  if (typeof gc === 'function') return () => gc();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
