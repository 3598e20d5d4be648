/**
 * Decides, call by call, who does the work: the original or its cooperative twin.
 *
 * The original does it
 *  - outside a greenlet, where nothing may be parked;
 *  - when the caller is Node itself. The module loader looks up `fs.readFileSync` and `fs.realpathSync` on the
 *    patchable object, and so do the warning file, a redirected stdout and fs's own internals: none of them
 *    expects other code to run in the middle of it. The caller's script tells (`node:…`), so nothing needs to
 *    be remembered, which a greenlet that parks in the body of a module could confuse. It costs about 2.5 µs,
 *    and only in a greenlet, where the operation itself takes ten times as long;
 *  - once the patch is taken back;
 *  - under `greenroom run`, while no other greenlet and no task is alive. Nothing is gained by parking then, and a
 *    program that knows nothing of greenlets must not be interleaved with its own callbacks: between
 *    `fs.createReadStream(f)` and `stream.on('open', …)` it may call `fs.statSync(f)`, and Node emits nothing meanwhile.
 */
import { getCallSites } from 'node:util';
import { inGreenlet, othersAlive } from '../hub/index.ts';
import { currentFiber } from '../kernel/index.ts';
import { type AnyFunction, isActive, type PatchKind } from './patch-registry.ts';

/** Does a call's work by parking the greenlet. Gets what the original would have got. */
export type Cooperative = (self: unknown, args: unknown[], call: CallSite) => unknown;

/** What a cooperative twin may need to know of the call it stands for. */
export interface CallSite {
  /** Does the whole call as Node would, blocking the thread. */
  readonly original: AnyFunction;
  /** The function that the program called: stack traces begin below it. */
  readonly replacement: AnyFunction;
}

/** The function to put in place of `original`: the same name, length and properties. */
export function makeReplacement(
  kind: PatchKind,
  original: AnyFunction,
  cooperative: Cooperative,
): AnyFunction {
  const replacement = function (this: unknown, ...args: unknown[]): unknown {
    if (!isActive(kind) || !inGreenlet() || isAlone() || isCalledByNode())
      return Reflect.apply(original, this, args);
    return cooperative(this, args, call);
  };
  const call: CallSite = { original, replacement };
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (key !== 'prototype' && descriptor !== undefined)
      Object.defineProperty(replacement, key, descriptor);
  }
  return replacement;
}

let onlyAmongOthers = false;

/** Whether calls park only while another greenlet or a task is alive. */
export function parkOnlyAmongOthers(on: boolean): void {
  onlyAmongOthers = on;
}

function isAlone(): boolean {
  return onlyAmongOthers && !othersAlive(currentFiber());
}

/** This function, the replacement, and the one that called it. */
const FRAMES = 3;

function isCalledByNode(): boolean {
  const caller = getCallSites(FRAMES, { sourceMap: false })[FRAMES - 1];
  return caller !== undefined && caller.scriptName.startsWith('node:');
}

/** Makes an error that came from the loop look as if thrown by the call itself. */
export function throwFrom(call: CallSite, error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error, call.replacement);
  throw error;
}
