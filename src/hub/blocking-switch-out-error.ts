import { findNodeFrame } from '../node-internals/index.ts';
import { GreenroomError } from '../errors/index.ts';
import { isExiting } from '../kernel/index.ts';
import { getLoop } from '../loop/index.ts';
import { currentTask } from '../task/index.ts';

/** What the main stack was doing when it was to block. */
export type MainStackPlace =
  | 'exit'
  | 'top level'
  | 'task'
  | 'promise job'
  | 'loop callback'
  | 'Node callback';

/**
 * A call that has to wait was made on the main stack, which runs the loop and must not stop. The message says how
 * the code got there and what to write instead. (gevent's `BlockingSwitchOutError`.)
 */
export class BlockingSwitchOutError extends GreenroomError {
  /** What the main stack was doing. */
  readonly where: MainStackPlace;

  constructor(what: string) {
    const where = findPlace();
    super('ERR_BLOCKING_SWITCH_OUT', `${what} would block the event loop: ${ADVICE[where](what)}`);
    this.where = where;
  }
}

const ADVICE: Record<MainStackPlace, (what: string) => string> = {
  exit: (what) =>
    `the process is exiting, so nothing can be waited for any more. Do what needs ${what} before \`process.exit()\`, ` +
    'or use calls that block the thread: those of `node:fs` and `node:child_process` do so in an exit listener.',
  'top level': () =>
    'this is the top level of a program, outside every greenlet. Wrap the program in `main(() => { … })`, ' +
    'or start it with `greenroom run FILE`.',
  task: (what) =>
    `this is code of ${currentTask()?.name}, which runs on the main stack. Write \`await\`, or \`yield*\` in a ` +
    `generator, in place of ${what}, or \`await spawn(() => …)\` for the part that has to block.`,
  'promise job': () =>
    'this code runs on the main stack, after an `await`, in a `then` or in a `nextTick` (code after an `await` is no ' +
    'longer in its greenlet). Use `await` here too, or write `wait(promise)` in place of `await promise` in the greenlet, ' +
    'or `spawn(() => …)` a greenlet for the part that has to block.',
  'loop callback': () =>
    'this is a callback of the loop (of callSoon, callLater, addDoneCallback, rawLink), which runs on the main ' +
    'stack. `spawn(() => …)` a greenlet for the part that has to block, or use `link`, which does that.',
  'Node callback': () =>
    'this is a callback that Node calls on the main stack (of a timer, an event, a stream). ' +
    '`spawn(() => …)` a greenlet in it for the part that has to block.',
};

/** Tells the ways to get here apart by what stands on the stack. */
function findPlace(): MainStackPlace {
  if (isExiting()) return 'exit';
  const frames = traceFrames();
  if (isPromiseJob(frames)) return currentTask() === undefined ? 'promise job' : 'task';
  if (getLoop().running) return currentTask() === undefined ? 'loop callback' : 'task';
  return findNodeFrame(frames) === 'module loader' ? 'top level' : 'Node callback';
}

function isPromiseJob(frames: readonly string[]): boolean {
  const loop = frames.find((frame) => frame.includes(LOOP));
  if (loop !== undefined) return / Loop\.run |#runPromiseJobs /.test(loop);
  // Those that native code runs after a callback of its own leave no frame below.
  return findNodeFrame(frames) === 'promise jobs' || !/node:/.test(frames.at(-1) ?? '');
}

const LOOP: string = new URL('../loop/loop.', import.meta.url).href;

/** The calls on the stack, without those that V8 adds because they await this one. */
function traceFrames(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1000;
  const trace = String(new Error('where').stack);
  Error.stackTraceLimit = stackTraceLimit;
  return trace.split('\n').filter((line) => /^\s+at (?!async )/.test(line));
}
