import { setImmediate } from 'node:timers';

/** As an uncaught exception, from a fresh stack: the loop goes on, and `process.on('uncaughtException')` sees it. */
export function throwUncaught(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
