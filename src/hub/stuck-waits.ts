// Who waits for what, and where, when nothing can go on any more. The lines of control are tasks and greenlets; an async
// function may wait for several things at once. A part of an async function, which is a task inside, is none of its own.

import { isProgramFrame } from '../errors/index.ts';
import { Future, Waiter } from '../future/index.ts';
import { Fiber, traceOf } from '../kernel/index.ts';
import { BodyPromise, Cancellable, Task } from '../task/index.ts';
import { awaitStack } from './await-stacks.ts';
import { fiberName } from './fiber-name.ts';
import { GreenletTask } from './greenlet-task.ts';

/** One who waits: a task, or the fiber of a greenlet of either kind. */
export type Sleeper = Task | Fiber;

/** One of the waits of `sleeper`. */
export interface SleepersWait {
  readonly sleeper: Sleeper;
  readonly awaited: Future | undefined;
  readonly reason: string | undefined;
  /** The program's lines, the innermost call first; asked for when they are wanted. */
  readonly stack: () => string[];
}

export function nameOf(sleeper: Sleeper): string {
  return sleeper instanceof Fiber ? fiberName(sleeper) : sleeper.name;
}

/** The waits of `sleeper`: one, or several if it is an async function that does several things at once. */
export function waitsOf(sleeper: Sleeper): SleepersWait[] {
  if (!(sleeper instanceof Fiber)) return waitsOfTask(sleeper);
  const wait = sleeper.parkedOn;
  const awaited: unknown = wait?.until ?? wait?.awaited;
  return [
    {
      sleeper,
      awaited: awaited instanceof Future ? (awaited as Future) : undefined,
      reason: wait?.reason,
      stack: () => programLines(traceOf(sleeper)),
    },
  ];
}

function waitsOfTask(task: Task): SleepersWait[] {
  const own = (): string[] => programLines(task.stack);
  const found: SleepersWait[] = [];
  const add = (awaited: Future | undefined, reason: string | undefined, stack = own): void =>
    void found.push({ sleeper: wholeOf(task), awaited, reason, stack });
  const { waitingFor } = task;
  if (waitingFor !== undefined && !(waitingFor instanceof BodyPromise))
    add(waitingFor, waitingFor.waitReason);
  for (const wait of task.awaited()) {
    const stack = (): string[] => [...programLines(awaitStack(wait)), ...own()];
    const { awaited } = wait as { readonly awaited: Future | undefined };
    if (awaited instanceof Task && awaited.partOf === task)
      for (const part of waitsOfTask(awaited))
        add(part.awaited, part.reason, () => [...part.stack(), ...stack()]);
    else add(awaited, wait.reason, stack);
  }
  if (found.length === 0) add(undefined, undefined);
  return found;
}

function programLines(trace: string | undefined): string[] {
  return (trace?.split('\n') ?? []).filter(isProgramFrame);
}

/** The task whose async function `task` is a part of, or itself. */
export function wholeOf(task: Task): Task {
  let whole = task;
  while (whole.partOf !== undefined) whole = whole.partOf;
  return whole;
}

/** Those that would have to go on first. */
export function obstaclesOf(sleeper: Sleeper): Sleeper[] {
  const found = new Set<Sleeper>();
  const seen = new Set<unknown>();
  const add = (ending: unknown): void => {
    if (seen.has(ending) || !(ending instanceof Future) || ending.done()) return;
    seen.add(ending);
    if (ending instanceof Waiter) add(ending.queue.holder);
    else if (ending instanceof Task) found.add(wholeOf(ending as Task));
    else if (ending instanceof GreenletTask) {
      if (ending.fiber.parkedOn !== null) found.add(ending.fiber);
    } else if (!(ending instanceof Cancellable)) for (const each of ending.standsFor()) add(each);
  };
  for (const { awaited } of waitsOf(sleeper)) add(awaited);
  return [...found];
}
