import { AsyncResource } from 'node:async_hooks';
import { asyncFrames } from '../addon/index.ts';
import type { RunInContext } from '../future/index.ts';
import { setStepping, taskStorage } from './current-task.ts';
import type { Task } from './task.ts';

/**
 * The async context (AsyncLocalStorage, and whose code runs) of a task's steps.
 *
 * Where the addon can read and set Node's frame, a context is that frame, and entering it is two calls; else it is
 * an AsyncResource. What a step leaves behind (`als.enterWith()`) is there at the next step and nowhere else.
 *
 * A task whose body is a generator needs no frame of its own: nothing of it runs but its steps, and whose they are
 * is noted beside them. An async function goes on from promise jobs, so it takes the frame that names its task along.
 */
export interface StepContext {
  run(task: Task, step: (task: Task) => void): void;
}

/** The context for a task that is being made, in that of its maker, or in the given one. */
export function stepContext(
  task: Task,
  isGenerator: boolean,
  given: RunInContext | undefined,
): StepContext {
  if (given !== undefined) return given(makeContext, task, isGenerator);
  return makeContext(task, isGenerator);
}

const frames = asyncFrames();

function makeContext(task: Task, isGenerator: boolean): StepContext {
  if (frames === null) return taskStorage.run(task, makeResourceContext);
  if (!isGenerator) return new FrameContext(taskStorage.run(task, frames.get));
  return new FrameContext(taskStorage.getStore() === undefined ? frames.get() : frameOfNoTask());
}

/** The frame of the running code, less the task it belongs to. Siblings share it. */
function frameOfNoTask(): unknown {
  const frame = frames!.get();
  if (frame !== strippedFrom) {
    stripped = taskStorage.run(undefined, frames!.get);
    strippedFrom = frame;
  }
  return stripped;
}
let strippedFrom: unknown;
let stripped: unknown;

class FrameContext implements StepContext {
  #frame: unknown;

  constructor(frame: unknown) {
    this.#frame = frame;
  }

  run(task: Task, step: (task: Task) => void): void {
    const outer = frames!.get();
    if (this.#frame !== outer) frames!.set(this.#frame);
    const before = setStepping(task);
    try {
      step(task);
    } finally {
      setStepping(before);
      this.#frame = frames!.get();
      if (this.#frame !== outer) frames!.set(outer);
    }
  }
}

function makeResourceContext(): StepContext {
  return new ResourceContext('GREENROOM_TASK', { requireManualDestroy: true });
}

class ResourceContext extends AsyncResource implements StepContext {
  run(task: Task, step: (task: Task) => void): void {
    const before = setStepping(task);
    try {
      this.runInAsyncScope(step, undefined, task);
    } finally {
      setStepping(before);
    }
  }
}
