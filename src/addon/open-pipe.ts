import { loadAddon } from './addon.ts';

/**
 * Makes a pipe of the system's own: writes its two descriptors, that to read first, into `ends`, and returns 0 or a
 * negative libuv error. Null without the addon.
 */
export function pipeOpener(): ((ends: Int32Array) => number) | null {
  const loaded = loadAddon();
  return 'missing' in loaded ? null : loaded.addon.openPipe;
}
