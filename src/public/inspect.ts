export {
  AwaitCycleError,
  type CallGraphOptions,
  callStackOf,
  captureCallGraph,
  formatCallGraph,
  formatTasks,
  formatTaskTree,
  type FutureCallGraph,
  printCallGraph,
  type TaskReport,
  taskReports,
} from '../inspect/index.ts';
export { futureAddToAwaitedBy, futureDiscardFromAwaitedBy } from '../future/index.ts';
