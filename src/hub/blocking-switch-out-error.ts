import { GreenroomError } from '../errors/index.ts';

/** A call that has to wait was made on the main stack, which runs the loop and must not stop. */
export class BlockingSwitchOutError extends GreenroomError {
  constructor(what: string) {
    super('ERR_BLOCKING_SWITCH_OUT', `${what} would block the event loop: ${explain()}`);
  }
}

/** Tells the two ways to get here apart by what stands on the stack. */
function explain(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const stack = new Error('where').stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  if (
    /\n\s+at async (?!.*node:internal)/.test(stack) ||
    !/ModuleJob\.run|Module\._compile|loadESM/.test(stack)
  ) {
    return (
      'this code runs on the main stack, as a callback or after an `await` (code after an `await` is no longer in ' +
      'its greenlet). Use `await` here too, or write `wait(promise)` instead of `await promise` in the greenlet, ' +
      'or `spawn(() => …)` a greenlet for the blocking part.'
    );
  }
  return (
    'this is the top level of a program, outside every greenlet. Wrap the program in `main(() => { … })`, ' +
    'or start it with `greenroom run FILE`.'
  );
}
