export {
  CancelledError,
  type ErrorClass,
  type ErrorCondition,
  ExceptionGroup,
  InvalidStateError,
  TimeoutError,
} from '../errors/index.ts';
export { Future, isFuture } from '../future/index.ts';
export type { LoopLike } from '../loop/index.ts';
export { isCoroutine, isCoroutineFunction } from '../coroutine/index.ts';
export {
  type Awaitable,
  AwaitableCoroutine,
  type Body,
  type Cancellable,
  Context,
  ContextToken,
  ContextVar,
  type ContextVarOptions,
  ContextVarUnsetError,
  copyContext,
  coroutine,
  currentTask,
  type Operation,
  type PrintStackOptions,
  type StackOptions,
  Task,
  type TaskBody,
  type TaskOptions,
} from '../task/index.ts';
export {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  Condition,
  Event,
  Hold,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  Semaphore,
} from '../sync/index.ts';
export { allTasks } from './all-tasks.ts';
export {
  asCompleted,
  type AsCompleted,
  type AsCompletedOptions,
  type Finished,
} from './as-completed.ts';
export {
  type CallGraphOptions,
  captureCallGraph,
  formatCallGraph,
  type FutureCallGraph,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  printCallGraph,
  type PrintCallGraphOptions,
  type TextSink,
} from './call-graph.ts';
export type { CallHandle, CallOptions, CallTimerHandle } from './callback.ts';
export {
  CancelScope,
  type CancelScopeOptions,
  currentEffectiveDeadline,
  type ScopeOptions,
} from './cancel-scope.ts';
export { createTask } from './create-task.ts';
export { getEventLoop, getRunningLoop, newEventLoop, setEventLoop } from './current-loop.ts';
export { ensureFuture } from './ensure-future.ts';
export { DeadlockError } from './deadlock.ts';
export { EventLoop } from './event-loop.ts';
export type { ExceptionContext, ExceptionHandler } from './exception-handler.ts';
export { DescriptorError } from '../addon/index.ts';
export type { DescriptorLike } from './descriptors.ts';
export { type Executor, ThreadExecutor, type ThreadExecutorOptions } from './executor.ts';
export { gather, type GatherOptions, type Result, type Results } from './gather.ts';
export { KeyboardInterrupt } from './keyboard-interrupt.ts';
export { failAfter, failAt, moveOnAfter, moveOnAt } from './move-on.ts';
export { connectLoop, type RemoteLoop } from './remote-loop.ts';
export { runCoroutineThreadsafe } from './run-coroutine-threadsafe.ts';
export type { Exposed, ThreadGate } from './thread-gate.ts';
export { run, type RunOptions } from './run.ts';
export { Runner, type RunnerOptions, type RunnerRunOptions } from './runner.ts';
export { shield, type ShieldOptions } from './shield.ts';
export { SignalError } from './signal-handlers.ts';
export { sleep, type SleepOptions } from './sleep.ts';
export {
  staggeredRace,
  type StaggeredRaceOptions,
  type StaggeredResult,
} from './staggered-race.ts';
export {
  createEagerTaskFactory,
  eagerTaskFactory,
  type TaskClass,
  type TaskFactory,
} from './task-factory.ts';
export { TaskGroup, type TaskGroupOptions } from './task-group.ts';
export { Timeout, timeout, timeoutAt, type TimeoutOptions } from './timeout.ts';
export { type FunctionName, type ThreadModule, threadModule, toThread } from './to-thread.ts';
export type { RemoteCallOptions } from './trailing-signal.ts';
export { waitFor } from './wait-for.ts';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  wait,
  type WaitOptions,
} from './wait.ts';
export { wrapFuture } from './wrap-future.ts';
export {
  type Address,
  type BaseProtocol,
  type BufferedProtocol,
  connectAcceptedSocket,
  type Connection,
  ConnectionError,
  type ConnectionHandler,
  type ConnectionOptions,
  connectReadPipe,
  connectWritePipe,
  createConnection,
  createDatagramEndpoint,
  createServer,
  createSubprocessExec,
  createSubprocessShell,
  createUnixConnection,
  createUnixServer,
  type DatagramInfo,
  type DatagramOptions,
  type DatagramProtocol,
  DatagramTransport,
  DEFAULT_LIMIT,
  DEVNULL,
  type ExtraInfo,
  getaddrinfo,
  getnameinfo,
  IncompleteReadError,
  LimitOverrunError,
  LineTooLongError,
  openConnection,
  openUnixConnection,
  type Pausable,
  PIPE,
  type PipeLike,
  type Place,
  Process,
  ProcessError,
  type Protocol,
  type Redirection,
  type ResolveOptions,
  sendfile,
  SendfileNotAvailableError,
  type SendfileOptions,
  type Separator,
  Server,
  type ServerOptions,
  type SocketName,
  startServer,
  startTls,
  startUnixServer,
  STDOUT,
  type StreamingProtocol,
  StreamReader,
  type StreamReaderOptions,
  type Streams,
  type StreamServing,
  StreamWriter,
  subprocessExec,
  type SubprocessInfo,
  type SubprocessOptions,
  type SubprocessProtocol,
  subprocessShell,
  SubprocessTransport,
  type TlsOptions,
  type Transport,
  type UnixServerOptions,
  type UpgradeOptions,
  type WriteLimits,
} from '../io/index.ts';
