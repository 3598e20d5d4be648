/** How many of those who wait are listed, and how much of the stack of each. */
const MAX_LISTED = 20;
const MAX_FRAMES = 5;

/** One who waits for what will not come: its name, what it waits for, and the lines of its stack, as far as known. */
export interface StuckWait {
  readonly name: string;
  readonly reason: string;
  readonly stack: readonly string[];
}

/** The message of a deadlock. `kind` is what could have ended it: a task, a greenlet. */
export function deadlockReport<T>(
  kind: string,
  waiters: readonly T[],
  describeWait: (waiter: T) => StuckWait,
): string {
  const listed = waiters.slice(0, MAX_LISTED).map((waiter) => {
    const { name, reason, stack } = describeWait(waiter);
    const where = stack.slice(0, MAX_FRAMES).map((line) => `\n    ${line.trim()}`);
    return `\n  ${name} waits for ${reason}${where.join('')}`;
  });
  const more = waiters.length > MAX_LISTED ? `\n  and ${waiters.length - MAX_LISTED} more` : '';
  return `This would wait forever: no timer, no I/O and no ${kind} is left that could end the wait.${listed.join('')}${more}`;
}
