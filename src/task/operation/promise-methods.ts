import { InvalidStateError } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { fromPromise } from '../promise-future.ts';

const OUTCOME: unique symbol = Symbol('outcome');

/**
 * `then`, `catch` and `finally` of an object that `begin` starts, and makes a promise of, when it is awaited. That is
 * once: a generator has no second run in it, and one that waits must not be stepped by two. Who awaits it later gets
 * what came of it, and can give that up without anybody else's noticing.
 */
export function promiseMethods<T extends object>(
  begin: (self: T) => Promise<unknown>,
): PropertyDescriptorMap {
  const start = (self: T & { [OUTCOME]?: Promise<unknown> }): Promise<unknown> | Future => {
    const begun = self[OUTCOME];
    return begun === undefined ? (self[OUTCOME] = begin(self)) : fromPromise(begun);
  };
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what these objects are for
    then: {
      value(this: T, onFulfilled: never, onRejected: never): Promise<unknown> {
        return start(this).then(onFulfilled, onRejected);
      },
    },
    catch: {
      value(this: T, onRejected: never): Promise<unknown> {
        return start(this).catch(onRejected);
      },
    },
    finally: {
      value(this: T, onFinally: never): Promise<unknown> {
        return start(this).finally(onFinally);
      },
    },
  };
}

/** What comes of running a second time. (Python's "cannot reuse already awaited coroutine".) */
export function awaitedTwice(): InvalidStateError {
  return new InvalidStateError(
    'Cannot await an operation or a coroutine twice: it runs once; call the function again, or make a task of it, which can be awaited by many',
  );
}
