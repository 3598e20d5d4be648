export {
  type CallGraphOptions,
  callStackOf,
  captureCallGraph,
  formatCallGraph,
  type FutureCallGraph,
  printCallGraph,
  type PrintCallGraphOptions,
  type TextSink,
} from './call-graph.ts';
export { checkCallback } from './debug/check-callback.ts';
export { debuggerOfThread, getDebug, type Life, setDebug } from './debug/mode.ts';
export { originOf } from './debug/origins.ts';
export { formatTasks, type TaskReport, taskReports } from './task-reports.ts';
export { AwaitCycleError, formatTaskTree } from './task-tree.ts';
