// An error that a promise or a future brings was made elsewhere, often where no
// code of the program stood. Which call waited for it is gone by the time
// somebody reports it, so it is noted where it is thrown. V8 makes text of a
// captured stack only when it is read: a note costs a microsecond, and only
// where something has failed. (Python's tracebacks have those lines, too.)

import { isProgramFrame } from '../errors/index.ts';

const sites = new WeakMap<Error, { stack?: string }>();

/** Notes that `error` comes out of the running call of `waiting`. The innermost wait is the one that counts. */
export function noteWaitSite(error: unknown, waiting: (...args: never[]) => unknown): void {
  if (!(error instanceof Error) || sites.has(error)) return;
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, waiting);
  sites.set(error, site);
}

/** Where `error` was waited for, as lines to follow its stack; '' if that is not known, or in its stack already. */
export function waitSiteOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const lines = (sites.get(error)?.stack ?? '').split('\n').filter(isProgramFrame);
  if (lines.length === 0 || error.stack?.includes(lines[0] as string) === true) return '';
  return `\n  waited for:\n${lines.join('\n')}`;
}
