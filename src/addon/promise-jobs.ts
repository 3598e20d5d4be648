import { loadAddon } from './addon.ts';

/**
 * Runs all promise jobs that are due, on the spot; for the main stack, outside of promise jobs. Null without the
 * addon: then they run when the stack is empty.
 */
export function promiseJobs(): (() => void) | null {
  const loaded = loadAddon();
  return 'missing' in loaded ? null : loaded.addon.drainMicrotasks;
}
