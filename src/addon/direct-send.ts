import { loadAddon } from './addon.ts';

/**
 * Gives bytes to the kernel for a socket's descriptor, without waiting: returns how many it has taken, or -1 if it
 * refuses them. Null without the addon.
 */
export function directSend(): ((fd: number, bytes: Uint8Array) => number) | null {
  const loaded = loadAddon();
  return 'missing' in loaded ? null : loaded.addon.send;
}
