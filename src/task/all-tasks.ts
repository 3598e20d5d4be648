import { getLoop, Handle, KIND_STEP, type Loop } from '../loop/index.ts';
import type { Task } from './task.ts';

/**
 * What steps a task, and its place among those that are not done: a doubly linked list, because a set of a hundred
 * thousand costs more to fill than the tasks to run, and the step of each task is there for its links anyway. The
 * references are strong: a task that nobody holds must still run to its end. (asyncio holds its tasks weakly, and warns
 * its users.)
 */
export abstract class TaskEntry extends Handle {
  readonly task: Task | undefined;
  #next: TaskEntry = this;
  #previous: TaskEntry = this;

  constructor(task: Task | undefined, kind: number) {
    super(kind);
    this.task = task;
  }

  get next(): TaskEntry {
    return this.#next;
  }

  /** Adds this entry at the end of the list. */
  link(): void {
    const last = head.#previous;
    this.#previous = last;
    this.#next = head;
    last.#next = this;
    head.#previous = this;
  }

  unlink(): void {
    this.#previous.#next = this.#next;
    this.#next.#previous = this.#previous;
    this.#next = this;
    this.#previous = this;
  }
}

class Head extends TaskEntry {
  constructor() {
    super(undefined, KIND_STEP);
  }

  override run(): void {}
}

const head: TaskEntry = new Head();

/** The tasks of `loop` (default: of this thread) that are not done, oldest first. (asyncio's `all_tasks`.) */
export function allTasks(loop: Loop = getLoop()): Set<Task> {
  const tasks = new Set<Task>();
  for (let entry = head.next; entry.task !== undefined; entry = entry.next) {
    if (entry.task.loop === loop) tasks.add(entry.task);
  }
  return tasks;
}
