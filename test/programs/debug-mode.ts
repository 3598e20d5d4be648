// What debug mode tells of; the argument names the case. Runs with GREENROOM_DEBUG=1.

import {
  coroutine,
  createTask,
  Future,
  getRunningLoop,
  newEventLoop,
  run,
  sleep,
} from '../../src/public/asyncio.ts';

/** Lets what was dropped be noticed: a few turns of Node's, with nothing collected on purpose. */
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Fulfilled after the first report; rejected if there is none for long. */
const somethingTold = (): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(reject, 20_000, new Error('nothing was told'));
    const { error } = console;
    console.error = (...args: unknown[]): void => {
      error(...args);
      clearTimeout(timer);
      resolve();
    };
  });

const failing = async (): Promise<void> => {
  throw new RangeError('lost');
};
const hello = coroutine(function* hello() {
  yield* sleep(1);
});

const cases: Record<string, () => Promise<unknown>> = {
  retrieved: () =>
    run(async () => {
      (function drop() {
        createTask(failing, { name: 'dropped' });
      })();
      await somethingTold();
    }),
  future: () =>
    run(async () => {
      (function drop() {
        Future.rejected('lost');
      })();
      await somethingTold();
    }),
  kept: () =>
    run(async () => {
      const kept = createTask(failing);
      await turns(50);
      await kept.catch(() => undefined);
    }),
  awaited: () =>
    run(async () => {
      (function forget() {
        hello();
      })();
      await somethingTold();
    }),
  operation: () =>
    run(async () => {
      (function forget() {
        void sleep(5);
      })();
      await somethingTold();
    }),
  twice: () =>
    run(function* () {
      const nap = sleep(1, 'rested');
      console.error(yield* nap);
      try {
        yield* nap;
      } catch (error) {
        console.error((error as Error).message);
      }
    }),
  used: () =>
    run(async () => {
      await sleep(1);
      await createTask(hello());
      const closed = hello();
      closed.close();
      createTask(hello()).cancel();
      await turns(50);
    }),
  async pending() {
    const loop = newEventLoop();
    await loop.runUntilComplete(async () => {
      createTask(async () => sleep(20), { name: 'left behind' });
    });
    loop.close();
  },
  async exit() {
    createTask(async () => sleep(1e6), { name: 'left behind' });
    setImmediate(() => process.exit(0));
  },
  callback: () =>
    run(async () => {
      getRunningLoop().callSoon(function tick() {
        throw 'a string';
      });
      await sleep(1);
    }),
};

// The machine may be slow; what is told of that has tests in virtual time.
newEventLoop().slowCallbackDuration = 1e9;
process.on('exit', () => console.error('(end)'));
await cases[process.argv[2]!]!();
