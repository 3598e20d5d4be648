import { AsyncLocalStorage } from 'node:async_hooks';
import { asyncFrames } from '../../addon/index.ts';
import type { RunInContext } from '../../context/index.ts';

const frames = asyncFrames();

/**
 * The async context of the running code, to call a protocol in: `AsyncLocalStorage.snapshot()`, at less cost where
 * Node's frame can be read and set, as for every chunk that a connection receives.
 */
export function keepContext(): RunInContext {
  if (frames === null) return AsyncLocalStorage.snapshot();
  const { get, set } = frames;
  const frame = get();
  return (fn, ...args) => {
    const outer = get();
    if (outer === frame) return fn(...args);
    set(frame);
    try {
      return fn(...args);
    } finally {
      set(outer);
    }
  };
}
