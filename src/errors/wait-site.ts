// An error that a promise or a future brings was made elsewhere, often where no code of the program stood: its stack shows
// no line of the program, and the call that waited is gone by the time somebody reads it. So the frames of that call are
// added to `error.stack`, where a catch, a logger or a framework looks. (Python's tracebacks have those lines, too.)
//
// Nothing is kept while nothing fails. When something does, V8 captures a stack in about a microsecond, and makes text of
// it only when somebody reads `error.stack`. Reading it here would cost more, and Node could not show the line of the
// source any more, for which it asks V8.

import { awaitingStack, type CapturedStack, captureStack } from './awaiting-stack.ts';
import { isProgramFrame } from './stack-frames.ts';

/** Of the waits that an error comes out of, one inside the other, so many are noted. */
const MOST_SITES = 4;

/** The waits that each error came out of, the innermost first; null once its text tells of one. */
const sitesOf = new WeakMap<Error, CapturedStack[] | null>();

/** Adds the frames that called `waiting` to the stack of `error`. The innermost wait of the program is the one that counts. */
export function noteWaitSite(error: unknown, waiting: (...args: never[]) => unknown): void {
  if (takesSite(error)) addSite(error, captureStack(waiting));
}

/**
 * Rejects the promise of `resolve` and `reject` with `error`, and adds the frames of the async functions that await it to
 * the stack of that: one promise job later, since V8 tells of them only there.
 */
export function rejectNoted(
  error: unknown,
  resolve: (value: never) => void,
  reject: (reason: unknown) => void,
): void {
  if (!takesSite(error)) return reject(error);
  awaitingStack(resolve, (stack) => {
    addSite(error, stack);
    reject(error);
  });
}

function takesSite(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const known = sitesOf.get(error);
  return known === undefined || (known !== null && known.length < MOST_SITES);
}

function addSite(error: Error, site: CapturedStack): void {
  const known = sitesOf.get(error);
  if (known === null) return;
  if (known !== undefined) return void known.push(site);
  const sites = [site];
  sitesOf.set(error, sites);
  extend(error, sites);
}

function extend(error: Error, sites: readonly CapturedStack[]): void {
  const original = Object.getOwnPropertyDescriptor(error, 'stack');
  if (original?.configurable !== true || !Object.isExtensible(error)) return;
  const read = (): unknown =>
    original.get === undefined ? original.value : original.get.call(error);
  Object.defineProperty(error, 'stack', {
    configurable: true,
    enumerable: original.enumerable ?? false,
    get: () => {
      const before = read();
      const stack = withSites(before, sites);
      // What was captured keeps the callers' objects alive. If it told nothing, an outer wait may still.
      if (stack === before) sitesOf.delete(error);
      else sitesOf.set(error, null);
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
function withSites(stack: unknown, sites: readonly CapturedStack[]): unknown {
  if (typeof stack !== 'string') return stack;
  for (const site of sites) {
    const frames = (site.stack ?? '').split('\n').filter(isProgramFrame);
    if (frames.length === 0) continue;
    return hasFrame(stack, frames[0] as string)
      ? stack
      : `${stack}\n  waited for:\n${frames.join('\n')}`;
  }
  return stack;
}

/** Whether a line of `stack` is the call of `frame`. An async function's is another one when it is resumed. */
function hasFrame(stack: string, frame: string): boolean {
  const call = callOf(frame);
  return stack.split('\n').some((line) => callOf(line) === call);
}

/** Without its column, which is that of the call or that of the `await`. */
function callOf(line: string): string {
  return line.replace(/^( +at )async /, '$1').replace(/:\d+\)?$/, '');
}
