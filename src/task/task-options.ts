import { describe, InvalidArgumentError } from '../errors/index.ts';
import { Context, type RunInContext } from '../context/index.ts';
import type { LoopLike } from '../loop/index.ts';
import type { Whole } from './operation/part.ts';
import type { Scope } from '../kernel/index.ts';

export interface TaskOptions {
  /** Shown in reports. Default: `Task-N`, counted up in this thread. */
  readonly name?: string;
  /**
   * The loop the task runs on: a Loop or an EventLoop. Default: this thread's. The task belongs to the EventLoop of its
   * maker all the same; `eventLoop.createTask` makes one that belongs to it.
   */
  readonly loop?: LoopLike;
  /**
   * The context of every step: a Context, in which the task then sets its variables, or an async context, an
   * `AsyncLocalStorage.snapshot()`. Default: that of whoever makes the task, and a copy of its context variables.
   */
  readonly context?: Context | RunInContext | undefined;
  /** Runs the first step at once, not in the next turn. Default false. (asyncio's `eager_start`.) */
  readonly eagerStart?: boolean;
  /** Makes the task the root of those that it starts, and they start, and so on. Default: it has its maker's root. */
  readonly asRoot?: boolean;
  /** @internal What this task is a part of. */
  readonly whole?: Whole | undefined;
  /** @internal The scope that all code of the task stands in. Default: that of the task it is a part of. */
  readonly scope?: Scope | undefined;
}

/** The context variables' part of the option `context`. */
export function contextOf(context: Context | RunInContext | undefined): Context | undefined {
  checkContext(context);
  return context instanceof Context ? context : undefined;
}

/** @throws InvalidArgumentError for what is no context, which would fail in the middle of the library */
function checkContext(context: unknown): void {
  if (context === undefined || context instanceof Context || typeof context === 'function') return;
  throw new InvalidArgumentError(
    `Expected \`context\` to be a Context (\`copyContext()\`) or an \`AsyncLocalStorage.snapshot()\`, got ${describe(context)}`,
  );
}

/** AsyncLocalStorage's part of it. A Context says nothing about that: there the maker's stays. */
export function asyncContextOf(
  context: Context | RunInContext | undefined,
): RunInContext | undefined {
  return context instanceof Context ? undefined : context;
}
