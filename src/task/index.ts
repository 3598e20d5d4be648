export { BadYieldError } from './bad-yield.ts';
export { type Awaitable, isAwaitable, type TaskBody } from './body.ts';
export { allTasks, currentTask } from './current-task.ts';
export { ensureFuture } from './ensure-future.ts';
export { PromptFuture } from './prompt-future.ts';
export { Task, type TaskOptions } from './task.ts';
