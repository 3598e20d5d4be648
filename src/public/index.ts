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
  CannotParkError,
  setStackSize,
  stackInfo,
  StackMemoryError,
  StacksUnavailableError,
} from '../stack/index.ts';
export { Future } from '../future/index.ts';
export { getCurrent, Greenlet, GreenletError } from '../greenlet/index.ts';
export {
  BlockingSwitchOutError,
  GreenletTask,
  inGreenlet,
  iwait,
  joinAll,
  kill,
  killAll,
  LoopExit,
  main,
  setErrorReporter,
  sleep,
  spawn,
  spawnLater,
  spawnRaw,
  wait,
} from '../hub/index.ts';
export { Event, Lock, Queue, QueueShutDown, Semaphore } from '../sync/index.ts';
