import { inspect } from 'node:util';
import { checkFunction } from '../errors/index.ts';

/** Is told of an error that nobody caught in a greenlet, and where that was. */
export type ErrorReporter = (error: unknown, where: string) => void;

let report: ErrorReporter = (error, where) => {
  const text = error instanceof Error ? textOf(error) : String(error);
  process.stderr.write(`${text}\n    in ${where}\n`);
};

/** With its cause, if it has one: that "fetch failed" is not worth a line. */
function textOf(error: Error): string {
  return error.cause === undefined ? (error.stack ?? String(error)) : inspect(error);
}

/**
 * Replaces what happens with an error that ends a greenlet: by default it is printed, once, to standard error.
 * Returns the one before. (gevent's `Hub.handle_error`.)
 *
 * @example setErrorReporter((error, where) => log.error({ error, where }))
 */
export function setErrorReporter(reporter: ErrorReporter): ErrorReporter {
  checkFunction(reporter, 'reporter');
  const before = report;
  report = reporter;
  return before;
}

export function reportError(error: unknown, where: string): void {
  report(error, where);
}
