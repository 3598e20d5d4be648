export {
  forgetWait,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  type NotedWait,
  notedWaiters,
  noteWait,
} from './awaited-by.ts';
export { FutureIterator, parkedStack } from './future-iterator.ts';
export { Future } from './future.ts';
export { isFuture } from './is-future.ts';
export { setUnretrievedHook } from './unretrieved.ts';
export { WaitQueue } from './wait-queue.ts';
export { AsyncWait } from './waiters.ts';
