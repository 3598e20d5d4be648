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
export { InnerFuture } from './inner-future.ts';
export { isFuture } from './is-future.ts';
export {
  hasLostErrors,
  type Lost,
  reportUnseen,
  setUnretrievedHook,
  type UnretrievedHook,
} from './unretrieved.ts';
export { WaitQueue } from './wait-queue.ts';
export { Waiter } from './waiter.ts';
export { AsyncWait } from './waiters.ts';
