// What debug mode tells of event loops that were dropped unclosed; the argument names the case.

import { type EventLoop, newEventLoop } from '../../src/public/asyncio.ts';

/** Collects garbage, and lets Node tell of what it found. */
const collect = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) {
    (globalThis.gc as () => void)();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const cases: Record<string, () => Promise<unknown>> = {
  async dropped() {
    await (function drop(loop: EventLoop): Promise<void> {
      return loop.runUntilComplete(async () => undefined);
    })(newEventLoop());
    await collect();
  },
  async closed() {
    await (async function drop() {
      const loop = newEventLoop();
      await loop.runUntilComplete(async () => undefined);
      loop.setDebug(false);
      loop.close();
      loop.setDebug(true);
    })();
    await collect();
  },
  async unused() {
    (function drop() {
      newEventLoop();
    })();
    await collect();
  },
};

// The machine may be slow; that is not what this tells of.
const keeper = newEventLoop();
keeper.slowCallbackDuration = 1e9;
process.on('exit', () => console.error('(end)', keeper.isClosed()));
await cases[process.argv[2]!]!();
