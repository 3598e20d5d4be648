import { allTasks, type Cancellable } from '../task/index.ts';
import { callStackOf, labelOf, waitersFor } from './call-graph.ts';
import type { Future } from '../future/index.ts';
import { waiting } from '../kernel/index.ts';

/** What is known of one task or greenlet that is not done. */
export interface TaskReport {
  readonly task: Future;
  readonly name: string;
  /** Where it stands: the lines of a stack trace, the innermost call first. */
  readonly stack: readonly string[];
  /** Those who wait for it. */
  readonly awaitedBy: readonly Future[];
}

/** All tasks of this thread that are not done, oldest first, and the greenlets that wait. (asyncio's `ps`.) */
export function taskReports(): TaskReport[] {
  const greenlets = waiting().flatMap((fiber) => (fiber.owner as Cancellable | undefined) ?? []);
  return [...new Set<Future>([...allTasks(), ...greenlets])].map((task) => ({
    task,
    name: labelOf(task),
    stack: callStackOf(task),
    awaitedBy: waitersFor(task),
  }));
}

/**
 * The reports as a table: a line for each task.
 *
 * @example
 * process.on('SIGUSR2', () => console.error(formatTasks()))
 */
export function formatTasks(): string {
  const rows = taskReports().map(({ name, stack, awaitedBy }) => [
    name,
    stack[0] ?? '-',
    awaitedBy.map(labelOf).join(', ') || '-',
  ]);
  const table = [['task', 'where', 'awaited by'], ...rows];
  const widths = [0, 1].map((column) =>
    Math.max(...table.map((row) => (row[column] as string).length)),
  );
  return table
    .map(([task, where, by]) => `${task!.padEnd(widths[0]!)}  ${where!.padEnd(widths[1]!)}  ${by!}`)
    .join('\n');
}
