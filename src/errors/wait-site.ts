// An error that a promise or a future brings was made elsewhere, often where no code of the program stood: its stack shows
// no line of the program, and the call that waited is gone by the time somebody reads it. So the frames of that call are
// added to `error.stack`, where a catch, a logger or a framework looks. (Python's tracebacks have those lines, too.)
//
// Nothing is kept while nothing fails. When something does, V8 captures a stack in about a microsecond, and makes text of
// it only when somebody reads `error.stack`. Reading it here would cost more, and Node could not show the line of the
// source any more, for which it asks V8.

import { isProgramFrame } from './stack-frames.ts';

/** The library's own calls stand between a wait and the program. */
const MOST_FRAMES = 50;
/** Of the waits that an error comes out of, one inside the other, so many are noted. */
const MOST_SITES = 4;

const sitesOf = new WeakMap<Error, { stack?: string }[]>();

/** Adds the frames that called `waiting` to the stack of `error`. The innermost wait of the program is the one that counts. */
export function noteWaitSite(error: unknown, waiting: (...args: never[]) => unknown): void {
  if (!(error instanceof Error)) return;
  const known = sitesOf.get(error);
  if (known === undefined) {
    const sites = [capture(waiting)];
    sitesOf.set(error, sites);
    extend(error, sites);
  } else if (known.length < MOST_SITES) {
    known.push(capture(waiting));
  }
}

function capture(waiting: (...args: never[]) => unknown): { stack?: string } {
  const site: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  Error.captureStackTrace(site, waiting);
  Error.stackTraceLimit = stackTraceLimit;
  return site;
}

function extend(error: Error, sites: readonly { stack?: string }[]): void {
  const original = Object.getOwnPropertyDescriptor(error, 'stack');
  if (original?.configurable !== true || !Object.isExtensible(error)) return;
  const read = (): unknown =>
    original.get === undefined ? original.value : original.get.call(error);
  Object.defineProperty(error, 'stack', {
    configurable: true,
    enumerable: original.enumerable ?? false,
    get: () => {
      const stack = withSites(read(), sites);
      setStack(error, stack);
      return stack;
    },
    set: (stack) => {
      setStack(error, stack);
    },
  });
}

function setStack(error: Error, value: unknown): void {
  Object.defineProperty(error, 'stack', {
    value,
    configurable: true,
    writable: true,
    enumerable: false,
  });
}

/** `stack` with the frames of the program that waited, unless it has them already. */
function withSites(stack: unknown, sites: readonly { stack?: string }[]): unknown {
  if (typeof stack !== 'string') return stack;
  for (const site of sites) {
    const frames = (site.stack ?? '').split('\n').filter(isProgramFrame);
    if (frames.length === 0) continue;
    return stack.includes(frames[0] as string)
      ? stack
      : `${stack}\n  waited for:\n${frames.join('\n')}`;
  }
  return stack;
}
