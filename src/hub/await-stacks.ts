import { askWhoAwaits, type CapturedStack } from '../errors/index.ts';
import type { Wait } from '../kernel/index.ts';
import { allTasks } from '../task/index.ts';

/** More tasks than a report lists are not asked. */
const MOST_ASKED = 1000;

const stacks = new WeakMap<Wait, CapturedStack>();

/** Asks the async functions of all tasks where they await. `then` is called, in a promise job, when they have told. */
export function askAwaits(then: () => void): void {
  let asked = 0;
  for (const task of allTasks()) {
    if (asked++ >= MOST_ASKED) break;
    for (const wait of task.awaited())
      if (wait.resolveAwaited !== undefined)
        askWhoAwaits(wait.resolveAwaited, (stack) => stacks.set(wait, stack));
  }
  queueMicrotask(then);
}

/** Where the async function awaits, the innermost call first; undefined if it was not asked. */
export function awaitStack(wait: Wait): string | undefined {
  return stacks.get(wait)?.stack;
}
