// A program whose tasks wait for what nobody is going to do; the argument names the case.

import { createTask, DeadlockError, Future, Lock, run } from '../../src/public/asyncio.ts';

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
  outside: () => run(async () => new Promise(() => undefined), { name: 'main' }),
  stubborn: () =>
    run(
      async () => {
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
