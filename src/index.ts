/**
 * What most programs need. The parts have subpaths: `greenroom/asyncio`,
 * `greenroom/greenlet`, `greenroom/gevent`, `greenroom/gevent/monkey`,
 * `greenroom/loop`, `greenroom/coroutine`, `greenroom/sync`.
 */
// GREENROOM_DEBUG=1 holds for whoever imports anything of it.
import './asyncio/debug.ts';

export {
  CancelledError,
  ExceptionGroup,
  GreenroomError,
  InvalidArgumentError,
  InvalidStateError,
  TimeoutError,
} from './errors/index.ts';
export { Future } from './future/index.ts';
export { Greenlet, GreenletError, GreenletExit, getCurrent } from './greenlet/index.ts';
export {
  BlockingSwitchOutError,
  GreenletTask,
  LoopExit,
  inGreenlet,
  iwait,
  joinAll,
  kill,
  killAll,
  main,
  setErrorReporter,
  sleep,
  spawn,
  spawnLater,
  spawnRaw,
  wait,
} from './hub/index.ts';
export {
  CannotParkError,
  StackMemoryError,
  StacksUnavailableError,
  setStackSize,
  stackInfo,
} from './stack/index.ts';
export { Event, Lock, Queue, QueueShutDown, Semaphore } from './sync/index.ts';
