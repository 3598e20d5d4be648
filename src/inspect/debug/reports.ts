import { Handle } from '../../loop/index.ts';
import { Task } from '../../task/index.ts';
import { originOf, userFrames } from './origins.ts';

/** What a handle that ran for long is reported as. */
export function slowReport(handle: Handle, ms: number): string {
  const { subject } = handle;
  const lines = [
    `Executing ${labelOf(subject)} took ${ms.toFixed(1)} ms, and nothing else ran meanwhile`,
  ];
  const waitsAt = subject instanceof Task ? userFrames(subject.stack ?? '') : undefined;
  if (waitsAt !== undefined) lines.push('  it waits now, at:', waitsAt);
  const madeAt = originOf(subject);
  if (madeAt !== undefined) lines.push('  made at:', madeAt);
  return lines.join('\n');
}

/** What a coroutine that was dropped before it began is reported as. */
export function neverAwaitedReport(label: string, madeAt: string | undefined): string {
  const lines = [
    `${label} was never awaited; write \`yield*\` or \`await\` before the call, in a greenlet \`wait(…)\` around it, or give it to \`createTask\``,
  ];
  if (madeAt !== undefined) lines.push('  made at:', madeAt);
  return lines.join('\n');
}

/** What an event loop is reported as that was dropped before it was closed. */
export function unclosedReport(madeAt: string | undefined): string {
  const lines = ['unclosed event loop: it was dropped before `close()` was called'];
  if (madeAt !== undefined) lines.push('  made at:', madeAt);
  return lines.join('\n');
}

function labelOf(subject: object): string {
  const { name } = subject as { readonly name?: unknown };
  if (typeof name !== 'string') return `a ${subject.constructor.name}`;
  return subject instanceof Handle ? `callback ${name}` : name;
}
