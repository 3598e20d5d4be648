import { Loop } from './loop.ts';
import { NodeDriver } from './node-driver.ts';

// Each thread loads this module for itself, so this is one loop per thread.
let current: Loop | null = null;

/** The loop of this thread, made at the first call, on Node's own event loop. */
export function getLoop(): Loop {
  return (current ??= new Loop(new NodeDriver()));
}

/**
 * Makes `loop` the one that `getLoop` returns, and returns the one before: for tests, which put it back
 * afterwards. Futures stay with the loop they were made on.
 */
export function setLoop(loop: Loop): Loop {
  const previous = getLoop();
  current = loop;
  return previous;
}
