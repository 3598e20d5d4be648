export { type Await, type Awaiter, currentAwaiter, setAwaiterLookup } from './awaiter.ts';
export { type ContextLike, type RunInContext, setContextCapture } from './callback-context.ts';
export { Future } from './future.ts';
export { FutureIterator, parkedStack } from './future-iterator.ts';
export { isFuture } from './is-future.ts';
export { type Lost, setUnretrievedHook, type UnretrievedHook } from './unretrieved.ts';
export { WaitQueue } from './wait-queue.ts';
export type { Waiter } from './waiter.ts';
export { AsyncWait } from './waiters.ts';
