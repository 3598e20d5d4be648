// Where an async function awaits, V8 tells in one case only: to a stack that is captured in a promise job whose promise
// leads to the one that is awaited. Such a job can be made at any time by whoever has that promise's own `resolve`: the
// promise of the job gets `resolve` as its reaction, V8 follows it to the promise that it resolves, and from there to who
// awaits. So nothing is noted while an async function waits, and it can be asked all the same. (What V8 follows are its
// own functions: `resolve` is what the constructor of a promise, or `Promise.withResolvers`, hands out, and no closure
// around it. Where several await the promise, V8 names none.)

/** What V8 has captured; it makes text of it when somebody reads that. */
export interface CapturedStack {
  readonly stack?: string;
}

/** The library's own calls stand between a wait and the program. */
const MOST_FRAMES = 50;

const settled = Promise.resolve();

/** The stack below the running call of `called`. */
export function captureStack(called: (...args: never[]) => unknown): CapturedStack {
  const captured: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  Error.captureStackTrace(captured, called);
  Error.stackTraceLimit = stackTraceLimit;
  return captured;
}

/** Calls `tell`, in the next promise job, with the frames of the async functions that await the promise of `resolve`. */
export function askWhoAwaits(
  resolve: (value: never) => void,
  tell: (stack: CapturedStack) => void,
): void {
  const job = settled.then(function look() {
    tell(captureStack(look));
    // It never ends, so that `resolve` is not called.
    return new Promise<never>(() => undefined);
  });
  void job.then(resolve);
}

/**
 * Calls `settle`, in the next promise job, with the frames of the async functions that await the promise of `resolve`.
 * It has to settle that promise.
 */
export function awaitingStack(
  resolve: (value: never) => void,
  settle: (stack: CapturedStack) => void,
): void {
  const job = settled.then(function look() {
    settle(captureStack(look));
  });
  // That is settled by the time this reaction comes, so nothing comes of it.
  void job.then(resolve as (value: unknown) => void);
}
