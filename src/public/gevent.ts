/**
 * gevent's names. What is exported here blocks the current greenlet; times are
 * milliseconds. `greenroom/gevent/monkey` makes Node's blocking calls cooperative.
 */
export { GreenletExit } from '../errors/index.ts';
export { getCurrent } from '../greenlet/index.ts';
export {
  BlockingSwitchOutError,
  type ErrorReporter,
  type GetOptions,
  GreenletTask as Greenlet,
  iwait,
  type IwaitOptions,
  joinAll,
  type JoinOptions,
  kill,
  killAll,
  type KillOptions,
  type ListOf,
  LoopExit,
  type MainStackPlace,
  setErrorReporter,
  sleep,
  spawn,
  spawnLater,
  spawnRaw,
  wait,
  type WaitOptions,
} from '../hub/index.ts';
export {
  Timeout,
  type TimeoutRaised,
  withTimeout,
  type WithTimeoutOptions,
} from '../gevent/index.ts';
