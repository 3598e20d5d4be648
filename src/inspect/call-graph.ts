import { Future, notedWaiters } from '../future/index.ts';
import { checkInteger, describe, InvalidArgumentError } from '../errors/index.ts';
import { currentTask, Task } from '../task/index.ts';
import { LIBRARY_FRAMES, originOf, USER_FRAMES, userFrames } from './debug/origins.ts';

/** A future (a task, a greenlet), where its code stands, and who waits for it. (asyncio's `FutureCallGraph`.) */
export interface FutureCallGraph {
  readonly future: Future;
  /** The lines of a stack trace, the innermost call first. Empty where it is not known. */
  readonly callStack: readonly string[];
  readonly awaitedBy: readonly FutureCallGraph[];
}

export interface CallGraphOptions {
  /**
   * At which call the stack of the current task begins: 1, the default, is the one that asks for the graph, 2 the one
   * that called that, and so on: for a function of your own that prints graphs. Other stacks are shown whole.
   */
  readonly depth?: number | undefined;
  /** How many lines of each stack there are at most: the innermost ones, or with a negative number the outermost. */
  readonly limit?: number | undefined;
}

/** Where text goes: a stream of Node's, or whatever else can be written to. */
export interface TextSink {
  write(text: string): unknown;
}

export interface PrintCallGraphOptions extends CallGraphOptions {
  /** What the graph is written to. Default: stderr, by way of `console.error`. */
  readonly file?: TextSink | undefined;
}

/**
 * Where a task stands, and who waits for it, and who waits for those. Nothing is kept up to date for it: a parked
 * generator or greenlet is asked for its stack, and the waiters of a future are those who wait. Where an async
 * function awaits, only debug mode knows, from Node 26 on.
 *
 * Without a future it is the current task; null where none is. (asyncio's `capture_call_graph`.)
 *
 * @throws InvalidArgumentError for what is no future, and for options that are no whole numbers, `depth` from 0 up
 * @example captureCallGraph(task, { limit: 1 })!.callStack // ['at load (file:///app/main.js:7:10)']
 */
export function captureCallGraph(
  future?: Future | null,
  options: CallGraphOptions = {},
): FutureCallGraph | null {
  const subject: unknown = future ?? currentTask();
  if (subject === undefined) return null;
  if (!(subject instanceof Future))
    throw new InvalidArgumentError(`Expected a future or a task, got ${describe(subject)}`);
  const limit = options.limit === undefined ? undefined : checkInteger(options.limit, 'limit');
  const depth = options.depth === undefined ? 1 : checkInteger(options.depth, 'depth', 0);
  return graphOf(subject, depth, limit, new Set());
}

function graphOf(
  future: Future,
  depth: number,
  limit: number | undefined,
  above: Set<Future>,
): FutureCallGraph {
  above.add(future);
  // Who waits for itself, by way of others, is not gone into again.
  const waiters = waitersFor(future).filter((waiter) => !above.has(waiter));
  const graph: FutureCallGraph = {
    future,
    callStack: limited(callStackOf(future, depth), limit),
    awaitedBy: waiters.map((waiter) => graphOf(waiter, depth, limit, above)),
  };
  above.delete(future);
  return graph;
}

/** Those who wait for `future`: tasks, greenlets, and futures such as that of `gather`. */
export function waitersFor(future: Future): Future[] {
  const found = new Set<Future>(notedWaiters(future));
  if (future instanceof Task && future.partOf !== undefined && !future.done())
    found.add(future.partOf);
  for (const { subject } of future.waiters()) if (subject instanceof Future) found.add(subject);
  // What has ended waits for nothing, though its handle may stand there still: a `gather` of which another child failed.
  return [...found].filter((waiter) => !waiter.done());
}

/** The lines of the stack where the code of `future` stands; that of the running code begins with the `depth`th call. */
export function callStackOf(future: Future, depth: number = 1): string[] {
  if (future === (currentTask() as Future | undefined)) return runningStack(Math.max(depth - 1, 0));
  if (future instanceof Task) return [...lines(future.stack), ...awaitLines(future)];
  // A greenlet shows its own.
  return lines((future as { readonly stack?: string }).stack);
}

/** The running code's stack, less its `skipped` innermost calls. */
function runningStack(skipped: number): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = LIBRARY_FRAMES + USER_FRAMES + skipped;
  const { stack } = new Error('where');
  Error.stackTraceLimit = stackTraceLimit;
  return lines(stack, USER_FRAMES + skipped).slice(skipped);
}

function lines(stack: string | undefined, count?: number): string[] {
  const frames = stack === undefined ? undefined : userFrames(stack, count);
  return frames === undefined ? [] : frames.split('\n').map((line) => line.trim());
}

/** Where an async function awaits; it was noted if debug mode was on by then. */
function awaitLines(task: Task): string[] {
  return task.awaited().flatMap((wait) => lines(originOf(wait)));
}

function limited(frames: readonly string[], limit: number | undefined): readonly string[] {
  if (limit === undefined) return frames;
  return limit >= 0 ? frames.slice(0, limit) : frames.slice(limit);
}

/** The graph as text; '' where there is none. (asyncio's `format_call_graph`.) */
export function formatCallGraph(future?: Future | null, options: CallGraphOptions = {}): string {
  const graph = captureCallGraph(future, options);
  return graph === null ? '' : formatted(graph, '').join('\n');
}

/**
 * Prints the graph, on stderr or into `file`. (asyncio's `print_call_graph`.)
 *
 * @example printCallGraph(task, { file: createWriteStream('stuck.txt') })
 */
export function printCallGraph(future?: Future | null, options: PrintCallGraphOptions = {}): void {
  const text = formatCallGraph(future, options);
  if (options.file === undefined) console.error(text);
  else options.file.write(`${text}\n`);
}

function formatted(graph: FutureCallGraph, indent: string): string[] {
  const out = [`${indent}* ${labelOf(graph.future)}`];
  if (graph.callStack.length > 0) {
    out.push(`${indent}  + Call stack:`);
    for (const line of graph.callStack) out.push(`${indent}  |   ${line}`);
  }
  if (graph.awaitedBy.length > 0) {
    out.push(`${indent}  + Awaited by:`);
    for (const waiter of graph.awaitedBy) out.push(...formatted(waiter, `${indent}     `));
  }
  return out;
}

/** The class and the name of a future, for reports. */
export function labelOf(future: Future): string {
  const { name } = future as { readonly name?: unknown };
  const kind = future.constructor.name;
  return typeof name === 'string' ? `${kind} ${name}` : kind;
}
