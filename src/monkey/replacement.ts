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
 *  - in the body of a program under `greenroom run`, while nobody else is there to run. Nothing is gained by parking
 *    then, and a program that knows nothing of greenlets must not be interleaved with its own callbacks: between
 *    `fs.createReadStream(f)` and `stream.on('open', …)` it may call `fs.statSync(f)`, and Node emits nothing meanwhile.
 *    A signal that has come is somebody: its listener, the default one, unwinds the body.
 *    In greenlets that the program has made itself calls always park: whoever handles a request must not keep out the
 *    next one, whose greenlet comes with Node's event.
 */
import { getCallSites } from 'node:util';
import { endedBySignals, signalWaits } from '../ends/index.ts';
import { inGreenlet, othersMayRun } from '../hub/index.ts';
import { currentFiber, type Fiber } from '../kernel/index.ts';
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
    if (!isActive(kind) || !inGreenlet()) return callOriginal(call, this, args);
    if (isAlone()) return endedBySignals(() => callOriginal(call, this, args));
    if (isCalledByNode()) return callOriginal(call, this, args);
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

/** The one whose calls block while nobody else may run. */
let body: Fiber | undefined;

/** Makes patched calls in `fiber`, the body of a program, block while nobody else may run; undefined: all park. */
export function blockWhileAlone(fiber: Fiber | undefined): void {
  body = fiber;
}

function isAlone(): boolean {
  return body !== undefined && currentFiber() === body && !othersMayRun(body) && !signalWaits();
}

/** This function, the replacement, and the one that called it. */
const FRAMES = 3;

function isCalledByNode(): boolean {
  const caller = getCallSites(FRAMES, { sourceMap: false })[FRAMES - 1];
  return caller !== undefined && caller.scriptName.startsWith('node:');
}

/** Does the call as Node would; an error of Node's has no frame of this library. */
export function callOriginal(call: CallSite, self: unknown, args: readonly unknown[]): unknown {
  try {
    return Reflect.apply(call.original, self, args);
  } catch (error) {
    // What a filter of the program's has thrown has the program's frames, above those of the call.
    if (args.some(hasFunction)) throw error;
    throwFrom(call, error);
  }
}

function hasFunction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'function';
  // These have a method `filter`.
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const { filter, exclude } = value as { filter?: unknown; exclude?: unknown };
  return typeof filter === 'function' || typeof exclude === 'function';
}

/** Makes an error look as if thrown by the call itself. */
export function throwFrom({ replacement }: CallSite, error: unknown): never {
  if (!(error instanceof Error) || !Object.isExtensible(error)) throw error;
  const { code, name } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !code.startsWith('ERR_')) {
    Error.captureStackTrace(error, replacement);
    throw error;
  }
  // Node shows the code of such an error in its trace, and only there.
  const own = Object.getOwnPropertyDescriptor(error, 'name');
  Object.defineProperty(error, 'name', { value: `${name} [${code}]`, configurable: true });
  Error.captureStackTrace(error, replacement);
  if (own === undefined) delete (error as { name?: string }).name;
  else Object.defineProperty(error, 'name', own);
  throw error;
}
