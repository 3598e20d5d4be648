export {
  asCompleted,
  type AsCompleted,
  type AsCompletedOptions,
  type Finished,
} from './as-completed.ts';
export { gather, type GatherOptions, type Result, type Results } from './gather.ts';
export { sleep, type SleepOptions } from './sleep.ts';
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
