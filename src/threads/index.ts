export { DefaultExecutor } from './default-executor.ts';
export { type Executor, ThreadExecutor, type ThreadExecutorOptions } from './executor.ts';
export { connectLoop, type ParametersOf, RemoteLoop, type ResultOf } from './remote-loop.ts';
export { type Exposed, ThreadGate } from './thread-gate.ts';
export { type RemoteCallOptions, withoutSignal } from './trailing-signal.ts';
