/**
 * Where a task stands, or where it failed, for people: what `getStack` and `printStack` of a task show. The frames are
 * the program's own, as the lines of a stack trace, the innermost call first; those of this library and of Node are
 * left out. Semantics: asyncio's `get_stack` and `print_stack`, which have the outermost first, as all of Python.
 */
import { checkInteger, describe, isProgramFrame } from '../errors/index.ts';
import { codeOwner } from './current-task.ts';
import type { Task } from './task.ts';

/** So many calls are looked at, those of the library included. */
const MOST_FRAMES = 100;

export interface StackOptions {
  /** How many lines there are at most: the innermost ones, or with a negative number the outermost. Default: all. */
  readonly limit?: number | undefined;
}

export interface PrintStackOptions extends StackOptions {
  /** What to print to: any stream. Default: stderr. */
  readonly file?: { write(text: string): unknown } | undefined;
}

/**
 * The lines for `task`, of which `error` is what it failed with.
 *
 * @throws InvalidArgumentError if `limit` is no whole number
 */
export function stackLines(task: Task, error: unknown, { limit }: StackOptions): string[] {
  const lines = framesOf(stackOf(task, error));
  if (limit === undefined) return lines;
  return checkInteger(limit, 'limit') >= 0 ? lines.slice(0, limit) : lines.slice(limit);
}

/** Prints them, below a line that says whose they are; and below them the error. */
export function printStackLines(task: Task, error: unknown, options: PrintStackOptions): void {
  const lines = stackLines(task, error, options);
  const { file = process.stderr } = options;
  if (lines.length === 0 && error === undefined) {
    file.write(`No stack for ${String(task)}\n`);
    return;
  }
  const head = error === undefined ? 'Stack for' : 'Traceback for';
  const text = [`${head} ${String(task)} (most recent call first):`];
  for (const line of lines) text.push(`    ${line}`);
  if (error !== undefined) text.push(error instanceof Error ? String(error) : describe(error));
  file.write(`${text.join('\n')}\n`);
}

function stackOf(task: Task, error: unknown): string | undefined {
  if (task.done()) return error instanceof Error ? error.stack : undefined;
  return codeOwner() === task ? runningStack() : task.stack;
}

/** That of the running code, which is the task's. */
function runningStack(): string | undefined {
  const here: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  Error.captureStackTrace(here, runningStack);
  Error.stackTraceLimit = stackTraceLimit;
  return here.stack;
}

function framesOf(stack: string | undefined): string[] {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /:\d+:\d+\)?$/.test(line) && isProgramFrame(line))
    .map((line) => line.trim());
}
