import { AsyncResource } from 'node:async_hooks';
import { asyncFrames } from '../addon/index.ts';
import type { RunInContext } from '../context/index.ts';
import { awaiterStorage, setStepping } from '../kernel/index.ts';
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
const frames = asyncFrames();

/** A frame, or an AsyncResource. */
export type StepContext = unknown;

/** The context for a task that is being made, in that of its maker, or in the given one. */
export function stepContext(
  task: Task,
  isGenerator: boolean,
  given: RunInContext | undefined,
): StepContext {
  if (given !== undefined) return given(makeContext, task, isGenerator);
  return makeContext(task, isGenerator);
}

function makeContext(task: Task, isGenerator: boolean): StepContext {
  if (frames === null) return awaiterStorage.run(task, makeResource);
  if (!isGenerator) return frameOf(task);
  return frameOfNoTask();
}

function makeResource(): AsyncResource {
  return new AsyncResource('GREENROOM_TASK', { requireManualDestroy: true });
}

/** The frame of the running code, but for the task that it says the code belongs to. */
function frameOf(task: Task | undefined): unknown {
  const frame = frames!.get();
  awaiterStorage.enterWith(task);
  // Not `awaiterStorage.run`: that leaves a copy of the frame behind, and nothing that is kept by frame is found again.
  return frames!.swap(frame);
}

/** The frame of the running code, less the task it belongs to. Siblings share it. */
function frameOfNoTask(): unknown {
  const frame = frames!.get();
  if (frame !== strippedFrom) {
    stripped = awaiterStorage.getStore() === undefined ? frame : frameOf(undefined);
    strippedFrom = frame;
  }
  return stripped;
}
let strippedFrom: unknown;
let stripped: unknown;

function step(task: Task): void {
  task['greenroom:step']();
}

/** Runs a step of `task` in its context; returns the context for the next one. */
export function runStep(task: Task, context: StepContext): StepContext {
  const before = setStepping(task);
  if (frames === null) {
    try {
      (context as AsyncResource).runInAsyncScope(step, undefined, task);
    } finally {
      setStepping(before);
    }
    return context;
  }
  const outer = frames.swap(context);
  let left: unknown;
  try {
    task['greenroom:step']();
  } finally {
    setStepping(before);
    left = frames.swap(outer);
  }
  return left;
}
