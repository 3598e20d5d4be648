// A program whose tasks wait for what nobody is going to do; the argument names the case.

import {
  createTask,
  DeadlockError,
  Event,
  Future,
  gather,
  Lock,
  Queue,
  run,
  Semaphore,
  StreamReader,
  TaskGroup,
  wait,
} from '../../src/public/asyncio.ts';

const never = new Future<void>();
const cases: Record<string, () => Promise<unknown>> = {
  generators: () =>
    run(
      function* main() {
        const lock = new Lock();
        yield* lock.acquire();
        const child = createTask(
          function* child() {
            yield* lock.acquire();
          },
          { name: 'child' },
        );
        try {
          yield* child;
        } finally {
          console.log('main tidied up');
        }
      },
      { name: 'main' },
    ),
  async: () => run(async () => never, { name: 'main' }),
  places: () =>
    run(
      async function main() {
        const places = new Semaphore(1);
        await places.acquire();
        const group = gather([
          createTask(
            async function child() {
              await places.acquire();
            },
            { name: 'child' },
          ),
        ]);
        await group;
      },
      { name: 'main' },
    ),
  several: () =>
    run(
      async function main() {
        const never = new Event();
        const child = createTask(never.wait(), { name: 'child' });
        await Promise.all([wait([child]), new Queue().get(), new StreamReader().readline()]);
      },
      { name: 'main' },
    ),
  parts: () =>
    run(
      function* main() {
        const never = new Event();
        async function inside(): Promise<void> {
          await TaskGroup.run(async function inner() {
            await never.wait();
          });
        }
        yield* TaskGroup.run(async function body(group) {
          group.createTask(() => undefined, { name: 'child' });
          await inside();
        });
      },
      { name: 'main' },
    ),
  outside: () => run(async () => new Promise(() => undefined), { name: 'main' }),
  stubborn: () =>
    run(
      async function main() {
        for (;;) await new Future<void>().catch(() => console.log('cancelled'));
      },
      { name: 'main' },
    ),
};

try {
  await cases[process.argv[2]!]!();
} catch (error) {
  const { code, message } = error as DeadlockError;
  console.log(error instanceof DeadlockError, code, message);
}
