import { operation, type Operation, WATCHED } from './operation.ts';

const END: IteratorReturnResult<void> = { done: true, value: undefined };

/** One of V8's own promises, which is fulfilled, and beside that steps that have ended. */
const shared = Object.defineProperties(Promise.resolve(), {
  next: { value: () => END },
  throw: {
    value(error: unknown): never {
      throw error;
    },
  },
  return: { value: () => END },
  [Symbol.iterator]: {
    value<T>(this: T): T {
      return this;
    },
  },
  [Symbol.toStringTag]: { value: 'Operation' },
}) as Operation<void>;

/**
 * An operation that has nothing to do: one for all and in every form, since nothing can be told from it. Where it is
 * noticed that an operation never begins, each is made anew.
 */
export const emptyOperation: () => Operation<void> = WATCHED
  ? // oxlint-disable-next-line require-yield -- there is nothing to wait for
    operation(function* () {})
  : () => shared;
