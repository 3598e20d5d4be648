import { AsyncLocalStorage } from 'node:async_hooks';
import { loadAddon } from './addon.ts';

/** Where Node keeps what AsyncLocalStorage sees, if that is one value which can be read and set. */
export interface AsyncFrames {
  get(): unknown;
  set(frame: unknown): void;
  /** Sets it, and returns the one before. */
  swap(frame: unknown): unknown;
}

let found: AsyncFrames | null | undefined;

/**
 * Null on Node 22, which keeps it on the current async resource, and without the addon, which is what reads it.
 * Found out by trying: flags of Node's choose between the two ways.
 */
export function asyncFrames(): AsyncFrames | null {
  if (found !== undefined) return found;
  const loaded = loadAddon();
  if ('missing' in loaded) return (found = null);
  const { addon } = loaded;
  const outside = addon.getContext();
  const inside = new AsyncLocalStorage<boolean>().run(true, () => addon.getContext());
  const { getContext: get, setContext: set, swapContext: swap } = addon;
  return (found = inside === outside ? null : { get, set, swap });
}
