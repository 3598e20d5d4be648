import { isProgramFrame } from '../../errors/index.ts';
import type { Maker } from '../../loop/index.ts';

/** How many calls of the library itself may stand above the user's; they are left out of the text. */
export const LIBRARY_FRAMES = 20;
export const USER_FRAMES = 10;

const origins = new WeakMap<object, { stack?: string }>();

/**
 * Remembers the running stack, below the call of `maker`, as the place where `thing` was made. Its text is made when
 * somebody asks; until then V8 keeps the `this` of each call, which is why the maker's own must not be among them.
 */
export function noteOrigin(thing: object, maker: Maker): void {
  const holder: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = LIBRARY_FRAMES + USER_FRAMES;
  Error.captureStackTrace(holder, maker);
  Error.stackTraceLimit = stackTraceLimit;
  origins.set(thing, holder);
}

/** Where `thing` was made: the lines of a stack trace; undefined if that was not noted, or nobody but Node called. */
export function originOf(thing: object): string | undefined {
  const stack = origins.get(thing)?.stack;
  return stack === undefined ? undefined : userFrames(stack);
}

/** ` created at FILE:LINE`, as Python's repr says it; '' if it was not noted where `thing` was made. */
export function createdAt(thing: object): string {
  const innermost = originOf(thing)?.split('\n', 1)[0] ?? '';
  const place = /([^\s(]+:\d+):\d+\)?$/.exec(innermost);
  return place === null ? '' : ` created at ${place[1]}`;
}

/** The lines of a stack trace that are not the library's or Node's own, the innermost first, `count` at most. */
export function userFrames(stack: string, count: number = USER_FRAMES): string | undefined {
  const lines = stack
    .split('\n')
    .filter((line) => /:\d+:\d+\)?$/.test(line) && isProgramFrame(line));
  return lines.length === 0 ? undefined : lines.slice(0, count).join('\n');
}
