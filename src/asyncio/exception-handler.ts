import type { Future, Lost } from '../future/index.ts';
import { Context, type RunInContext } from '../context/index.ts';
import type { Handle } from '../loop/index.ts';
import type { Task } from '../task/index.ts';
import type { EventLoop } from './event-loop.ts';

/** What is known about an error that reached nobody. (asyncio's `context` dictionary.) */
export interface ExceptionContext {
  /** What happened, in a few words. */
  readonly message: string;
  /** What was thrown, if anything was. */
  readonly exception?: unknown;
  /** The future it happened in. */
  readonly future?: Future | undefined;
  /** The task it happened in. */
  readonly task?: Task | undefined;
  /** The callback it happened in. */
  readonly handle?: Handle;
  /** The connection whose protocol it came out of. */
  readonly transport?: object;
  readonly protocol?: object;
  /** Where the task, future or callback was made; only in debug mode. */
  readonly madeAt?: string | undefined;
  /** Whatever else the one who reports knows. */
  readonly [key: string]: unknown;
}

export type ExceptionHandler = (eventLoop: EventLoop, context: ExceptionContext) => unknown;

/**
 * What is told of an error that `handle` has thrown; `what` names it. One out of a protocol tells which of its calls
 * that was, and names the transport and the protocol.
 */
export function callbackReport(error: unknown, handle: Handle, what: string): ExceptionContext {
  const { failure } = handle as { readonly failure?: Partial<ExceptionContext> | undefined };
  return { message: `Exception in ${what}`, ...failure, exception: error, handle };
}

/** What is told of an error that nobody has looked at. */
export function lostReport(error: unknown, { kind, name, madeAt }: Lost): ExceptionContext {
  return {
    message: `${kind} exception was never retrieved`,
    exception: error,
    name,
    madeAt,
  };
}

/**
 * Calls `fn` in the context that a failure belongs to: that of the task, else that of the future if it is one that has
 * a context, else that of the callback. Without one of these it is called where we are. (As asyncio's handlers, from
 * Python 3.12 on.)
 */
export function inContextOf<R>(report: ExceptionContext, fn: () => R): R {
  const context = contextOf(report);
  if (context === undefined) return fn();
  return context instanceof Context ? enter(context, fn) : context(fn);
}

function contextOf({ task, future, handle }: ExceptionContext): Context | RunInContext | undefined {
  const subject = task ?? future ?? handle;
  const { context } = (subject ?? {}) as { readonly context?: unknown };
  if (context instanceof Context) return context;
  // That of a task's step is none to call.
  return typeof context === 'function' ? (context as RunInContext) : undefined;
}

function enter<R>(context: Context, fn: () => R): R {
  let entered = false;
  try {
    return context.run(() => {
      entered = true;
      return fn();
    });
  } catch (error) {
    if (entered) throw error;
    // Code is being run in it that this came of. The report matters more than what the handler may set there.
    return context.copy().run(fn);
  }
}

/** The report as text: the message, what is known besides, and the error with its stack. */
export function formatExceptionContext(context: ExceptionContext): string {
  const { message, exception, madeAt, ...rest } = context;
  const lines = [message];
  for (const [key, value] of Object.entries(rest)) {
    if (value !== undefined) lines.push(`  ${key}: ${nameOf(value)}`);
  }
  if (madeAt !== undefined && madeAt !== '') lines.push('  made at:', madeAt);
  if ('exception' in context) lines.push(stackOf(exception));
  return lines.join('\n');
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { name } = value as { readonly name?: unknown };
  const kind = value.constructor.name;
  return typeof name === 'string' ? `${kind} ${name}` : kind;
}

function stackOf(exception: unknown): string {
  return exception instanceof Error
    ? (exception.stack ?? String(exception))
    : `Thrown: ${String(exception)}`;
}
