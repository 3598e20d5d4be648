export type { ColdStacks } from './cold-stacks.ts';
export {
  type Backend,
  type HandOver,
  provenScavenges,
  setStackSize,
  stackInfo,
  type StackInfo,
  StacksUnavailableError,
} from './engine.ts';
export {
  type AsyncContext,
  CannotParkError,
  captureContext,
  createStack,
  enterContext,
  isRefusal,
  leaveContext,
  MAIN_STACK,
  openStacks,
  runningStack,
  StackMemoryError,
  stacksAreOpen,
  switchStack,
} from './switch.ts';
