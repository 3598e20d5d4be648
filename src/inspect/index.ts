export {
  callStackOf,
  type CallGraphOptions,
  captureCallGraph,
  formatCallGraph,
  type FutureCallGraph,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  printCallGraph,
} from '../asyncio/call-graph.ts';
export { formatTasks, type TaskReport, taskReports } from './task-reports.ts';
export { AwaitCycleError, formatTaskTree } from './task-tree.ts';
