import { type Future, FutureIterator } from '../future/index.ts';
import type { Wait, WaitReason } from '../kernel/index.ts';
import { ListedHandle } from '../loop/index.ts';
import { Awaits } from './awaits.ts';
import { runStep, type StepContext } from './step-context.ts';
import type { Task } from './task.ts';

/**
 * The handle of all steps of a task, which is either waiting at a future or in the ready queue, never both; and what
 * only a task has that is between two steps. One that starts eagerly gets it when it first waits: most of those end
 * before, and then a task is little more than its result.
 */
export class StepHandle extends ListedHandle implements Wait {
  declare readonly task: Task;
  /** That of the next step. */
  declare context: StepContext;
  /** What it waits for; a FutureIterator stands for its future, and can be asked for the stack of the body. */
  declare parked: Future | FutureIterator<unknown> | undefined;
  /** What the next step throws into the body. */
  declare thrown: Error | undefined;
  /** What its async function awaits. */
  declare awaits: Awaits | undefined;

  constructor(task: Task, context: StepContext, kind: number) {
    super(kind);
    this.task = task;
    this.context = context;
    this.parked = undefined;
    this.thrown = undefined;
    this.awaits = undefined;
  }

  override get subject(): object {
    return this.task;
  }

  get reason(): WaitReason {
    return this.awaited?.waitReason ?? 'a turn of the loop';
  }

  /** What the task waits for; undefined when it is ready, running or done. */
  get awaited(): Future | undefined {
    const { parked } = this;
    return parked instanceof FutureIterator ? parked.value : parked;
  }

  cancelAwaited(message: string | undefined): boolean {
    return this.awaited?.cancel(message) ?? false;
  }

  override run(): void {
    this.context = runStep(this.task, this.context);
  }

  /** What was to be thrown, once. */
  takeThrown(): Error | undefined {
    const { thrown } = this;
    if (thrown !== undefined) this.thrown = undefined;
    return thrown;
  }

  addAwait(wait: Wait): void {
    (this.awaits ??= new Awaits()).add(wait);
  }
}
