// The one place where stacks switch.
//
// Every stack has an index; 0 is the main stack, which belongs to Node's loop.
// Beside the C stack (native/), three things of Node's and V8's belong to a
// stack and change hands here: its segment of the async ids, its async context,
// and the mark of the stack that runs.

import { AsyncResource } from 'node:async_hooks';

import { type Addon, asyncFrames } from '../addon/index.ts';
import { GreenroomError } from '../errors/index.ts';
import { findAsyncWrap } from '../node-internals/index.ts';
import { AsyncIds, type Segment } from './async-ids.ts';
import { requireAddon } from './engine.ts';

export const MAIN_STACK = 0;

/** No further stack could be made: memory, mappings or threads ran out. Nothing else is harmed. */
export class StackMemoryError extends GreenroomError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_STACK_MEMORY', message, options);
  }
}

/** The running stack must not be left now: V8 or Node stands on it in the middle of something. */
export class CannotParkError extends GreenroomError {
  constructor(where: 'promise job' | 'native callback') {
    super(
      'ERR_CANNOT_PARK',
      where === 'promise job'
        ? 'A greenlet cannot wait or switch inside a promise job that runs on its own stack: no promise of the process would settle any more. ' +
            'Spawn a greenlet for the blocking part, or use `await` there.'
        : 'A greenlet cannot wait or switch inside a callback that Node made on its own stack (an emitter or hook called from native code). ' +
            'Spawn a greenlet for the blocking part.',
    );
  }
}

/** Whether `error` tells that a switch did not take place, and nothing has changed. */
export function isRefusal(error: unknown): boolean {
  return error instanceof CannotParkError || error instanceof StackMemoryError;
}

/** What AsyncLocalStorage sees; captured where a greenlet is made, entered where it starts. */
export type AsyncContext = unknown;

let addon: Addon | undefined;
let ids: AsyncIds | undefined;
/** One element, kept by the addon. */
let running: Uint32Array = new Uint32Array(1);
/** How many async ids belong to the main stack: those above are the running greenlet's. */
let base = 0;

/**
 * Opens the stacks. `entry` runs on every new one; `terminated` runs on one
 * whose script was terminated (a `vm` timeout, a Worker's end), which unwinds
 * the stack to its end. Both return the index of the stack to continue.
 */
export function openStacks(entry: () => number, terminated: () => number): void {
  const opened = requireAddon();
  opened.setEntry(entry, terminated);
  const wrap = findAsyncWrap(opened, asyncFrames() === null);
  ids = wrap === undefined ? undefined : new AsyncIds(wrap);
  running = opened.running;
  addon = opened;
}

export function stacksAreOpen(): boolean {
  return addon !== undefined;
}

/** The index of the stack that runs. */
export function runningStack(): number {
  return running[0]!;
}

/** Makes a stack that will run the entry when first switched to. */
export function createStack(): number {
  try {
    return addon!.create();
  } catch (error) {
    throw new StackMemoryError((error as Error).message, { cause: error });
  }
}

/**
 * Leaves the running stack for the one at index `to`; returns when somebody
 * switches back.
 *
 * @throws CannotParkError, before leaving
 */
export function switchStack(to: number): void {
  const from = running[0]!;
  let segment: Segment | null = null;
  if (ids !== undefined) {
    if (from === MAIN_STACK) {
      base = ids.depth;
    } else if (ids.depth > base) {
      if (ids.hasNativeEntry(base)) throw new CannotParkError('native callback');
      segment = ids.take(base);
    }
  }
  const refused = addon!.switchTo(to);
  if (segment !== null) ids!.put(segment);
  if (refused !== undefined) throw new CannotParkError('promise job');
}

/**
 * The async context of the running code, for a greenlet that is being made.
 *
 * @throws StacksUnavailableError
 */
export function captureContext(): AsyncContext {
  // Opening the addon here lets whoever makes a greenlet hear that there are no stacks.
  const opened = addon ?? requireAddon();
  return asyncFrames() === null ? new AsyncResource('Greenlet') : opened.getContext();
}

/** Makes `context` that of the running stack, at the start of a greenlet. */
export function enterContext(context: AsyncContext): void {
  if (ids !== undefined) ids.truncate(base);
  if (asyncFrames() !== null) {
    addon!.setContext(context);
  } else if (ids !== undefined) {
    const resource = context as AsyncResource;
    ids.push(resource.asyncId(), resource.triggerAsyncId(), resource);
  }
}

/** Takes off what a greenlet that ended has left. */
export function leaveContext(): void {
  if (ids !== undefined) ids.truncate(base);
}
