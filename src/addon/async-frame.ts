import { type AsyncFrames, findAsyncFrames } from '../node-internals/index.ts';
import { loadAddon } from './addon.ts';

let found: AsyncFrames | null | undefined;

/** Null where Node keeps the async context on the current async resource, and without the addon, which reads frames. */
export function asyncFrames(): AsyncFrames | null {
  if (found !== undefined) return found;
  const loaded = loadAddon();
  return (found = 'missing' in loaded ? null : (findAsyncFrames(loaded.addon) ?? null));
}
