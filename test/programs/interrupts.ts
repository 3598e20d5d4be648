// What SIGINT does to a program that runs; the argument names the case. The
// program sends the signals to itself, each when the one before has arrived.

import {
  CancelledError,
  createTask,
  type KeyboardInterrupt,
  run,
  sleep,
} from '../../src/public/asyncio.ts';

const interrupt = (): void => void process.kill(process.pid, 'SIGINT');
const failure = async (program: Promise<unknown>): Promise<void> => {
  try {
    console.log('result', await program);
  } catch (error) {
    const { name, message, code, cause } = error as KeyboardInterrupt;
    console.log(name, code, message, cause instanceof CancelledError);
  }
  console.log('listeners', process.listenerCount('SIGINT'));
};

const cases: Record<string, () => Promise<void>> = {
  // The main is cancelled, tidies up, and so do the tasks that it started.
  async once() {
    await failure(
      run(async () => {
        createTask(async () => {
          try {
            await sleep(1e6);
          } finally {
            console.log('child tidied up');
          }
        });
        interrupt();
        try {
          await sleep(1e6);
        } finally {
          await sleep(1);
          console.log('main tidied up');
        }
      }),
    );
  },
  async generator() {
    await failure(
      run(function* () {
        interrupt();
        yield* sleep(1e6);
      }),
    );
  },
  // A main that goes on all the same has a result like any other.
  async refused() {
    await failure(
      run(async () => {
        interrupt();
        await sleep(1e6).catch((error: unknown) => console.log('caught', (error as Error).name));
        return 'all the same';
      }),
    );
  },
  // Nobody waits for a main that does not end.
  async twice() {
    await failure(
      run(async () => {
        interrupt();
        await sleep(1e6).catch(() => {
          console.log('caught the first');
          interrupt();
        });
        await sleep(1e6);
      }),
    );
  },
  // Interrupted and aborted.
  async aborted() {
    const controller = new AbortController();
    await failure(
      run(
        async () => {
          interrupt();
          await sleep(1e6).catch(async (error) => {
            controller.abort(new RangeError('enough'));
            await sleep(1).catch(() => console.log('cancelled twice'));
            throw error;
          });
        },
        { signal: controller.signal },
      ),
    );
  },
  // All that run are interrupted.
  async both() {
    const program = (name: string, begin = (): void => undefined) =>
      failure(
        run(async () => {
          begin();
          try {
            await sleep(1e6);
          } finally {
            console.log(name, 'tidied up');
          }
        }),
      );
    await Promise.all([program('first'), program('second', interrupt)]);
  },
  // Who listens for it himself gets it.
  async listener() {
    process.once('SIGINT', () => console.log('heard'));
    await failure(
      run(async () => {
        interrupt();
        await sleep(100);
        return 'undisturbed';
      }),
    );
  },
  // Nobody catches it.
  async uncaught() {
    await run(async () => {
      interrupt();
      await sleep(1e6);
    });
  },
  // The loop, which would tell of the first, is not returned to.
  async computes() {
    await failure(
      run(async () => {
        await sleep(1);
        interrupt();
        console.log('goes on');
        interrupt();
        for (;;);
      }),
    );
  },
  // After the run everything is as before.
  async afterwards() {
    await run(async () => 1);
    interrupt();
    await new Promise((resolve) => setTimeout(resolve, 1e6));
  },
};

await cases[process.argv[2]!]!();
