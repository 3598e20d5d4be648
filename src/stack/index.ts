export {
  type Backend,
  DEFAULT_STACK_SIZE,
  type StackInfo,
  StacksUnavailableError,
  setStackSize,
  stackInfo,
} from './engine.ts';
export {
  type AsyncContext,
  CannotParkError,
  MAIN_STACK,
  StackMemoryError,
  captureContext,
  createStack,
  enterContext,
  isRefusal,
  leaveContext,
  openStacks,
  runningStack,
  stacksAreOpen,
  switchStack,
} from './switch.ts';
