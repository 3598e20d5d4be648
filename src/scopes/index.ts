export {
  CancelScope,
  type CancelScopeOptions,
  currentEffectiveDeadline,
  type ScopeOptions,
} from './cancel-scope.ts';
export { checkDeadline } from './deadline.ts';
export { failAfter, failAt, moveOnAfter, moveOnAt, type ScopeBody } from './move-on.ts';
export { shield, type ShieldOptions } from './shield.ts';
export {
  staggeredRace,
  type StaggeredRaceOptions,
  type StaggeredResult,
} from './staggered-race.ts';
export { TaskGroup, type TaskGroupOptions } from './task-group.ts';
export { Timeout, timeout, timeoutAt, type TimeoutOptions } from './timeout.ts';
