export { AwaitableCoroutine, type AwaitableCoroutineOf, coroutine } from './awaitable-coroutine.ts';
export { abortable } from './abortable.ts';
export { allTasks } from './all-tasks.ts';
export { BadYieldError, checkYield } from './bad-yield.ts';
export {
  type Awaitable,
  hasSteps,
  isAwaitable,
  type Steps,
  stepsOf,
  type TaskBody,
} from './body.ts';
export { Cancellable } from './cancellable.ts';
export { Context, copyContext, withCallbackContext, withGreenletContext } from './context.ts';
export {
  ContextToken,
  ContextVar,
  type ContextVarOptions,
  ContextVarUnsetError,
} from './context-var.ts';
export {
  currentRoot,
  currentTask,
  outsideTasks,
  setFiberLookup,
  setGreenletLookup,
  setStepping,
} from './current-task.ts';
export { emptyOperation } from './empty-operation.ts';
export { ensureFuture } from './ensure-future.ts';
export { forCaller, type Operation, operation } from './operation.ts';
export { setExitHook } from './exit-hook.ts';
export { asFuture, fromPromise } from './promise-future.ts';
export { type Body, runBody } from './run-body.ts';
export { hearsItself, type Scope, startIn, unscoped } from './scope.ts';
export { structured } from './structured.ts';
export { Task } from './task.ts';
export type { TaskOptions } from './task-options.ts';
export type { PrintStackOptions, StackOptions } from './task-stack.ts';
