/**
 * gevent's names. What is exported here blocks the current greenlet; times are
 * milliseconds. `greenroom/gevent/monkey` makes Node's blocking calls cooperative.
 */
export { GreenletExit, getCurrent } from '../greenlet/index.ts';
export {
  BlockingSwitchOutError,
  type ErrorReporter,
  type GetOptions,
  GreenletTask as Greenlet,
  type IwaitOptions,
  type JoinOptions,
  type KillOptions,
  LoopExit,
  type WaitOptions,
  iwait,
  joinAll,
  kill,
  killAll,
  setErrorReporter,
  sleep,
  spawn,
  spawnLater,
  spawnRaw,
  wait,
} from '../hub/index.ts';
export { Timeout, withTimeout, type WithTimeoutOptions } from './timeout.ts';
