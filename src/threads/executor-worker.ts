import { describe, GreenroomError, InvalidArgumentError } from '../errors/index.ts';
import { type Job, type Outcome, packFailure } from './executor-job.ts';

/**
 * `process.exit()` was called in a thread of an executor. As SystemExit in a thread of Python's pool, it ends the call
 * and not the process; a thread that just went would leave its call pending for ever.
 */
class ThreadExitError extends GreenroomError {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(
      'ERR_THREAD_EXIT',
      `The call ended its thread by \`process.exit(${exitCode})\`; return a value, or throw an error`,
    );
    this.exitCode = exitCode;
  }
}

let exited: ThreadExitError | undefined;

const exitProcess = process.exit;
// Node itself calls it for an uncaught error, of which the pool is told by another way.
process.once('uncaughtExceptionMonitor', () => {
  process.exit = exitProcess;
});

process.exit = (code: unknown = process.exitCode): never => {
  exited = new ThreadExitError(Number(code ?? 0));
  // From here on no code of the call is to run. Outside of the call this is an uncaught error, which the pool hears of.
  throw exited;
};

/** What the pool calls, in a worker thread. */
export async function callInWorker({ module, name, args }: Job): Promise<Outcome> {
  exited = undefined;
  try {
    const exported: unknown = ((await import(module)) as Record<string, unknown>)[name];
    if (typeof exported !== 'function') {
      throw new InvalidArgumentError(
        `Expected \`${name}\` to be a function that ${module} exports, got ${describe(exported)}`,
      );
    }
    const value = await (exported as (...args: unknown[]) => unknown)(...args);
    // Code that caught the error does not make the call succeed.
    return exited === undefined ? { value } : { failure: packFailure(exited) };
  } catch (error) {
    return { failure: packFailure(exited ?? error) };
  }
}
