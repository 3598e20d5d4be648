// What the checker infers; `npm run check:types` is the test. Nothing here is run.
import {
  asCompleted,
  CancelScope,
  createTask,
  ensureFuture,
  type ExceptionGroup,
  failAfter,
  type Finished,
  type Future,
  gather,
  moveOnAfter,
  shield,
  sleep,
  staggeredRace,
  type StaggeredResult,
  type Task,
  TaskGroup,
  timeout,
  type Timeout,
  wait,
  waitFor,
  wrapFuture,
} from '../../src/public/asyncio.ts';
import type { Operation } from '../../src/task/operation/operation.ts';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles if `value` has exactly the type `T`. */
function expectType<T>() {
  return <A>(
    _value: A,
    ..._same: Same<A, T> extends true ? [] : ['not the type expected']
  ): void => {};
}

declare const number: Task<number>;
declare const text: Future<string>;

function* generator(): Generator<unknown, boolean, unknown> {
  yield* sleep(1);
  return true;
}

export function results(): void {
  expectType<Future<[number, string, boolean]>>()(gather(number, text, generator()));
  expectType<Future<[number, string]>>()(gather([number, text]));
  expectType<Future<[number, boolean, string]>>()(
    gather(
      async () => 5,
      generator,
      () => text,
    ),
  );
  expectType<Future<number[]>>()(gather([1, 2].map((n) => createTask(async () => n))));
  expectType<Future<[unknown, unknown]>>()(gather([number, text], { returnExceptions: true }));
  expectType<Operation<[done: Set<Task<number>>, pending: Set<Task<number>>]>>()(wait([number]));
  const promise: Promise<string> = waitFor(text, 5);
  expectType<Promise<string>>()(promise);
  expectType<Future<string>>()(shield(text));
  expectType<Future<number>>()(shield(async () => 5));
  expectType<Future<boolean>>()(ensureFuture(generator()));
  expectType<Future<Response>>()(wrapFuture((signal) => fetch('x', { signal })));
  expectType<Operation<StaggeredResult<number>>>()(staggeredRace([async () => 5], null));
}

export function bodies(): void {
  expectType<Timeout>()(timeout(5));
  expectType<Operation<number>>()(timeout(5, async () => 5));
  expectType<Operation<boolean>>()(timeout(5, generator));
  expectType<Operation<number>>()(
    timeout(null, function* (limit) {
      expectType<Timeout>()(limit);
      const slept = yield* sleep(5, 'slept');
      expectType<string>()(slept);
      return slept.length;
    }),
  );
  // What blocks, in a greenlet.
  expectType<Operation<string>>()(timeout(5, () => 'result'));
  expectType<Operation<string>>()(waitFor(text, 5));
  expectType<Operation<number>>()(waitFor(Promise.resolve(5), 5));
  expectType<Operation<boolean>>()(waitFor(generator, 5));
  expectType<Operation<number | undefined>>()(moveOnAfter(5, async () => 5));
  expectType<Operation<number>>()(failAfter(5, async (scope: CancelScope) => scope.deadline));
  expectType<Operation<boolean | undefined>>()(new CancelScope().run(generator));
  expectType<Operation<boolean | undefined>>()(
    TaskGroup.run(async (group) => {
      expectType<Task<number>>()(group.createTask(async () => 5));
      expectType<string>()(group.spawn((a: number, b: string) => b.repeat(a), 2, 'x').get());
      return true;
    }),
  );
}

export async function loops(): Promise<void> {
  for await (const task of asCompleted([number])) {
    expectType<Finished<Task<number>>>()(task);
    expectType<number>()(task.result());
    const same: Task<number> = task;
    same.cancel();
  }
  for (const next of asCompleted([number])) expectType<number>()(await next);
  for (const next of asCompleted([generator()])) expectType<boolean>()(await next);
}

export function groups(error: ExceptionGroup<RangeError>): void {
  expectType<RangeError[]>()(error.errors);
  expectType<ExceptionGroup | undefined>()(error.subgroup([RangeError, TypeError]));
  expectType<[matching: ExceptionGroup | undefined, rest: ExceptionGroup | undefined]>()(
    error.split((one) => one instanceof RangeError),
  );
  // @ts-expect-error -- no condition
  error.split('RangeError');
  // @ts-expect-error -- a body is a function
  void timeout(5, 'body');
  // @ts-expect-error -- no time
  timeout('5');
}
