// Where does a suspended stack stand? It is asked to tell: resumed with an
// inquiry, it takes its own stack trace and goes back to who asked. So a
// running program pays nothing for being observable.

import { isLibraryFrame } from '../errors/index.ts';
import { runningStack, switchStack } from '../stack/index.ts';

/** Enough for any depth that a person wants to read. */
const MAX_FRAMES = 100;

type Inquiry = { readonly from: number; readonly trace: { stack?: unknown } };
let inquiry: Inquiry | null = null;

/** To be called by a stack that was resumed; `top` is the innermost function that is not of interest. */
export function answerInquiries(top: (...args: never[]) => unknown): void {
  while (inquiry !== null) {
    const { from, trace } = inquiry;
    inquiry = null;
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = MAX_FRAMES;
    Error.captureStackTrace(trace, top);
    Error.stackTraceLimit = stackTraceLimit;
    switchStack(from);
  }
}

/** The trace of a suspended stack, the innermost call first, without the frames of this library. */
export function inquire(stack: number): string {
  const trace: { stack?: unknown } = {};
  inquiry = { from: runningStack(), trace };
  try {
    switchStack(stack);
  } finally {
    inquiry = null;
  }
  // Formatted here rather than there: Error.prepareStackTrace is users' code.
  const [, ...frames] = String(trace.stack).split('\n');
  // What follows the runner is no caller: V8 takes the awaits of whoever runs now for its callers.
  const end = frames.findIndex((frame) => frame.includes(' runFibers ') && isLibraryFrame(frame));
  const own = end < 0 ? frames : frames.slice(0, end);
  return own.filter((frame) => !isLibraryFrame(frame)).join('\n');
}
