export { TURN_BUDGET_MS } from './budget.ts';
export { getLoop, setLoop } from './current-loop.ts';
export type { Driver, Order } from './driver.ts';
export { CallbackHandle, Handle, KIND_CALLBACK, KIND_GREENLET, KIND_STEP } from './handle.ts';
export { Loop, type LoopOptions } from './loop.ts';
export { NodeDriver } from './node-driver.ts';
export { ReadyQueue } from './ready-queue.ts';
export { TimedHandle, TimerHandle, TimerHeap } from './timer-heap.ts';
export { VirtualDriver, type VirtualDriverOptions } from './virtual-driver.ts';
