/**
 * What most programs need. The parts have subpaths: `greenroom/asyncio`,
 * `greenroom/greenlet`, `greenroom/gevent`, `greenroom/gevent/monkey`,
 * `greenroom/loop`, `greenroom/coroutine`, `greenroom/sync`.
 */
// GREENROOM_DEBUG=1 holds for whoever imports anything of it.
import '../inspect/debug/mode.ts';
export {
  CancelledError,
  ExceptionGroup,
  GreenletExit,
  GreenroomError,
  InvalidArgumentError,
  InvalidStateError,
  TimeoutError,
} from '../errors/index.ts';
export {
  type Backend,
  CannotParkError,
  type ColdStacks,
  type HandOver,
  setStackSize,
  stackInfo,
  type StackInfo,
  StackMemoryError,
  StacksUnavailableError,
} from '../stack/index.ts';
export { Future } from '../future/index.ts';
export { getCurrent, Greenlet, GreenletError } from '../greenlet/index.ts';
export {
  BlockingSwitchOutError,
  type GetOptions,
  GreenletTask,
  inGreenlet,
  iwait,
  type IwaitOptions,
  joinAll,
  type JoinOptions,
  kill,
  killAll,
  type KillOptions,
  type ListOf,
  LoopExit,
  main,
  type MainStackPlace,
  setErrorReporter,
  sleep,
  spawn,
  spawnLater,
  spawnRaw,
  wait,
  type WaitOptions,
} from '../hub/index.ts';
export { Event, Lock, Queue, QueueShutDown, Semaphore } from '../sync/index.ts';
export type { Awaitable, Operation, TaskBody, TaskOptions } from '../task/index.ts';
export type { WaitReason } from '../kernel/index.ts';
export type { ContextLike, RunInContext } from '../context/index.ts';
