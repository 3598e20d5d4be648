import { AsyncLocalStorage } from 'node:async_hooks';

/** Where Node keeps what AsyncLocalStorage sees, if that is one value which can be read and set. */
export interface AsyncFrames {
  get(): unknown;
  set(frame: unknown): void;
  /** Sets it, and returns the one before. */
  swap(frame: unknown): unknown;
}

/** V8's "continuation preserved embedder data", as the addon reads and sets it. */
interface ContinuationData {
  getContext(): unknown;
  setContext(context: unknown): void;
  swapContext(context: unknown): unknown;
}

/**
 * `AsyncContextFrame`, which Node keeps in V8's continuation data. Not on Node 22, nor on Node 24 with
 * `--no-async-context-frame`, which keep the stores of AsyncLocalStorage on the current async resource. Found out by
 * trying, since flags choose between the two ways.
 *
 * Without it a greenlet's context is that of an `AsyncResource`, by Node's async ids; a task's steps enter theirs by
 * `AsyncLocalStorage.snapshot()`, at a higher price. Where Node has neither, all greenlets share one context.
 */
export function findAsyncFrames(data: ContinuationData): AsyncFrames | undefined {
  const { getContext: get, setContext: set, swapContext: swap } = data;
  const storage = new AsyncLocalStorage<boolean>();
  const outside = get();
  const inside = storage.run(true, get);
  // Node 22 hooks into all promises until the last storage is disabled.
  storage.disable();
  return inside === outside ? undefined : { get, set, swap };
}
