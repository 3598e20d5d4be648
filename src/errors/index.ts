export { askWhoAwaits, type CapturedStack } from './awaiting-stack.ts';
export { CancelledError } from './cancelled-error.ts';
export { deadlockReport, type StuckWait } from './deadlock-report.ts';
export { errorOf } from './error-class.ts';
export { type ErrorClass, type ErrorCondition, ExceptionGroup } from './exception-group.ts';
export { GreenletExit } from './greenlet-exit.ts';
export { GreenroomError } from './greenroom-error.ts';
export {
  checkAbortSignal,
  checkDelay,
  checkFunction,
  checkInteger,
  checkOptions,
  describe,
  InvalidArgumentError,
} from './invalid-argument.ts';
export { InvalidStateError } from './invalid-state-error.ts';
export { isLibraryFrame, isProgramFrame } from './stack-frames.ts';
export { TimeoutError } from './timeout-error.ts';
export { noteWaitSite, rejectNoted } from './wait-site.ts';
