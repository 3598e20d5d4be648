export { abortable } from './abortable.ts';
export { allTasks, hasTasks } from './all-tasks.ts';
export { AwaitableCoroutine, type AwaitableCoroutineOf, coroutine } from './awaitable-coroutine.ts';
export { checkYield } from './bad-yield.ts';
export { BodyPromise } from './body-promise.ts';
export {
  type Awaitable,
  hasSteps,
  isAwaitable,
  type Steps,
  stepsOf,
  type TaskBody,
} from './body.ts';
export { Cancellable } from './cancellable.ts';
export { createTask } from './create-task.ts';
export { currentRoot, currentTask } from './current-task.ts';
export { ensureFuture } from './ensure-future.ts';
export { setExitHook } from './exit-hook.ts';
export { emptyOperation } from './operation/empty-operation.ts';
export { forCaller, operation, type Operation } from './operation/operation.ts';
export { structured } from './operation/structured.ts';
export { asFuture, fromPromise } from './promise-future.ts';
export { type Body, runBody } from './run-body.ts';
export {
  adoptRoot,
  callForHost,
  currentHost,
  hostBegins,
  hostEnds,
  hostOf,
  reportUnseenOf,
  runningHosts,
  setThreadHost,
  type TaskHost,
  tasksOfHost,
} from './task-host.ts';
export type { TaskOptions } from './task-options.ts';
export type { PrintStackOptions, StackOptions } from './task-stack.ts';
export { Task } from './task.ts';
export { unscoped } from './unscoped.ts';
