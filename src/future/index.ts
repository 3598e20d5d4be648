export { Future, type RunInContext } from './future.ts';
export { setUnretrievedHook, type UnretrievedHook } from './unretrieved.ts';
export { WaitQueue } from './wait-queue.ts';
