export { allTasks } from './all-tasks.ts';
export { CallHandle, type CallOptions, CallTimerHandle } from './callback.ts';
export { getEventLoop, getRunningLoop, newEventLoop, setEventLoop } from './current-loop.ts';
export { DeadlockError } from './deadlock-error.ts';
export type { DescriptorLike } from './descriptors.ts';
export { EventLoop } from './event-loop.ts';
export type { ExceptionContext, ExceptionHandler } from './exception-handler.ts';
export { runCoroutineThreadsafe } from './run-coroutine-threadsafe.ts';
export { run, type RunOptions } from './run.ts';
export { Runner, type RunnerOptions, type RunnerRunOptions } from './runner.ts';
export { SignalError } from './signal-handlers.ts';
export {
  createEagerTaskFactory,
  eagerTaskFactory,
  type TaskClass,
  type TaskFactory,
} from './task-factory.ts';
export { type FunctionName, type ThreadModule, threadModule, toThread } from './to-thread.ts';
