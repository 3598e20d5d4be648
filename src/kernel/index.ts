export { isExiting } from './exiting.ts';
export {
  currentFiber,
  Fiber,
  type FiberWait,
  mainFiber,
  reportStart,
  resumeFromLoop,
  runningFiber,
  setSwitchHook,
  stay,
  traceOf,
  transfer,
} from './fiber.ts';
export {
  cancelForScope,
  cancelWait,
  forgetLimit,
  interrupt,
  type Interruption,
  limitWait,
  raiseSoon,
} from './interruption.ts';
export { onAbort } from './on-abort.ts';
export type { Awaiter, Owner } from './owner.ts';
export { nextFiber, park } from './park.ts';
export { parkers, waiting } from './parked.ts';
export {
  dropLetter,
  isError,
  peekError,
  readArguments,
  readResult,
  writeArguments,
  writeError,
  writeValue,
} from './payload.ts';
export { beginWait, takeAfterWait } from './pending-cancel.ts';
export {
  awaiterStorage,
  currentAwaiter,
  isStepped,
  outsideOwners,
  runningOwner,
  setStepping,
} from './running.ts';
export { isCancelledByOwnScope, type Scope, startIn } from './scope.ts';
export type { WaitReason } from './wait-reason.ts';
export type { Wait } from './wait.ts';
