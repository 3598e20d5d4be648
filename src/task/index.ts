export { abortable } from './abortable.ts';
export { allTasks } from './all-tasks.ts';
export { BadYieldError } from './bad-yield.ts';
export { type Awaitable, isAwaitable, type Steps, stepsOf, type TaskBody } from './body.ts';
export { currentTask } from './current-task.ts';
export { ensureFuture } from './ensure-future.ts';
export { isOperation, type Operation, operation } from './operation.ts';
export { fromPromise } from './promise-future.ts';
export { Task, type TaskOptions } from './task.ts';
