/**
 * gevent's names. What is exported here blocks the current greenlet; times are
 * milliseconds. `greenroom/gevent/monkey` makes Node's blocking calls cooperative.
 */
export { GreenletExit, getCurrent } from '../greenlet/index.ts';
export {
  BlockingSwitchOutError,
  GreenletTask as Greenlet,
  type JoinOptions,
  type KillOptions,
  LoopExit,
  type WaitOptions,
  joinAll,
  killAll,
  sleep,
  spawn,
  wait,
} from '../hub/index.ts';
