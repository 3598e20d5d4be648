import type { Handle } from './handle.ts';

/**
 * What debug mode wants to hear. The layers below asyncio tell it where things happen; what is made of it is none of
 * their business.
 */
export interface DebugProbe {
  /** A future or a handle was made, by a call of `maker`. */
  made(thing: object, maker: Maker): void;
  /** A coroutine was made, by a call of `maker`, and has not begun. `label` is what reports call it. */
  madeCoroutine(coroutine: object, label: string, maker: Maker): void;
  /** It begins, or will never have to. */
  begun(coroutine: object): void;
  /** A future failed, and nobody has looked at the error yet. */
  failed(): void;
  /** Somebody has looked. */
  retrieved(): void;
  /** An async function begins to wait. */
  awaits(wait: object): void;
  /** A handle ran for `ms` milliseconds, what it caused to run at once included. */
  ran(handle: Handle, ms: number): void;
  /** Something that no handle did has taken `ms` milliseconds. `what` begins the report. */
  took(what: string, ms: number): void;
  /** @throws InvalidArgumentError for a function of which nobody would hear what comes of a call */
  checkCallback(fn: unknown): void;
  /** Where something was made, as a stack trace; undefined if that is not known. */
  originOf(thing: object): string | undefined;
  /** The same for the string of a thing: ` created at FILE:LINE`, or ''. */
  createdAt(thing: object): string;
}

/** The function or class whose call is the last one that a stack trace shows not. */
export type Maker = (abstract new (...args: never[]) => unknown) | ((...args: never[]) => unknown);

/** Null outside of debug mode, so that looking costs one comparison. */
export let debugProbe: DebugProbe | null = null;

export function setDebugProbe(probe: DebugProbe | null): void {
  debugProbe = probe;
}
