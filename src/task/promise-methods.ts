/** `then`, `catch` and `finally` of an object that `begin` starts, and makes a promise of, when it is awaited. */
export function promiseMethods<T>(begin: (self: T) => Promise<unknown>): PropertyDescriptorMap {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what these objects are for
    then: {
      value(this: T, onFulfilled: never, onRejected: never): Promise<unknown> {
        return begin(this).then(onFulfilled, onRejected);
      },
    },
    catch: {
      value(this: T, onRejected: never): Promise<unknown> {
        return begin(this).catch(onRejected);
      },
    },
    finally: {
      value(this: T, onFinally: never): Promise<unknown> {
        return begin(this).finally(onFinally);
      },
    },
  };
}
