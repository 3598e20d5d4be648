import { currentFiber, type Fiber, isExiting, mainFiber } from '../kernel/index.ts';
import { BlockingSwitchOutError } from './blocking-switch-out-error.ts';

/** Whether the running code may block: it is in a greenlet, and the process is not exiting. */
export function inGreenlet(): boolean {
  return currentFiber() !== mainFiber && !isExiting();
}

/** The running fiber, or an error that tells what to write instead. */
export function blockingFiber(what: string): Fiber {
  const fiber = currentFiber();
  if (fiber === mainFiber || isExiting()) throw new BlockingSwitchOutError(what);
  return fiber;
}
