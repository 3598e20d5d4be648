import type { Future } from '../future/index.ts';
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
  /** Where the task, future or callback was made; only in debug mode. */
  readonly madeAt?: string | undefined;
  /** Whatever else the one who reports knows. */
  readonly [key: string]: unknown;
}

export type ExceptionHandler = (eventLoop: EventLoop, context: ExceptionContext) => unknown;

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
