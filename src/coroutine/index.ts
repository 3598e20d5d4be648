export {
  coroutine,
  type CoroutineOf,
  decorate,
  isCoroutineFunction,
} from './coroutine-function.ts';
export { Coroutine, coroutineOf, isCoroutine, isGenerator } from './coroutine.ts';
export { delegate } from './delegate.ts';
export type { CoroutineState } from './frame.ts';
export { ownedSteps } from './owned-generator.ts';
export {
  CoroutineError,
  type CoroutineErrorCode,
  GeneratorExit,
  StopIteration,
} from './signals.ts';
