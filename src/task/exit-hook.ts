/**
 * Some errors say that the program is to end, and not that something went wrong in a task. Whoever runs programs hears
 * of them here, since others may hear of the task's end too late or not at all.
 */
import type { Cancellable } from './cancellable.ts';

/** Hears of each failure. It must not throw. */
export type ExitHook = (error: unknown, failed: Cancellable) => void;

/** Undefined until somebody runs a program. */
export let exitHook: ExitHook | undefined;

export function setExitHook(hook: ExitHook): void {
  exitHook = hook;
}
