// Node's stack of async ids, one segment for each C stack.
//
// Node keeps, beside the C stack, a stack of (async id, trigger id, resource):
// AsyncResource.runInAsyncScope pushes an entry, calls, pops it and aborts the
// process ("async hook stack has become corrupted") when the entry on top is
// not its own. When a greenlet parks within such a scope, others push and pop
// above it. So the entries of a stack that parks are taken off, and put back
// when it is resumed: every greenlet sees its own segment above the main
// stack's entries.
//
// Rejected: entering one AsyncResource round each resume (still aborts when
// scopes nest across a park); running every scope on the main stack (0.8 µs).

import type { AsyncWrap } from '../node-internals/index.ts';

/** What a parked stack took off: its lowest entry, which leads to those above it. */
export interface Segment {
  readonly asyncId: number;
  readonly triggerAsyncId: number;
  readonly resource: unknown;
  readonly above: Segment | null;
}

export class AsyncIds {
  readonly #wrap: AsyncWrap;
  readonly #fields: Uint32Array;
  readonly #ids: Float64Array;
  readonly #length: number;
  readonly #execution: number;
  readonly #trigger: number;

  constructor(wrap: AsyncWrap) {
    this.#wrap = wrap;
    this.#fields = wrap.async_hook_fields;
    this.#ids = wrap.async_id_fields;
    this.#length = wrap.constants.kStackLength;
    this.#execution = wrap.constants.kExecutionAsyncId;
    this.#trigger = wrap.constants.kTriggerAsyncId;
  }

  /** How many entries there are now. */
  get depth(): number {
    return this.#fields[this.#length]!;
  }

  /**
   * Whether one of the entries from `base` up was pushed by native code: then a
   * native callback (MakeCallback) stands on the running stack.
   */
  hasNativeEntry(base: number): boolean {
    const resources = this.#wrap.execution_async_resources;
    for (let at = base; at < this.depth; at++) if (resources[at] === undefined) return true;
    return false;
  }

  /** Takes the entries from `base` up off; there is at least one. */
  take(base: number): Segment {
    const stack = this.#wrap.async_ids_stack;
    const resources = this.#wrap.execution_async_resources;
    let segment: Segment | null = null;
    // Entry k stores the ids that were current *before* it; what is current
    // now belongs to the topmost entry.
    let asyncId = this.#ids[this.#execution]!;
    let triggerAsyncId = this.#ids[this.#trigger]!;
    for (let at = this.depth - 1; at >= base; at--) {
      segment = { asyncId, triggerAsyncId, resource: resources[at], above: segment };
      asyncId = stack[2 * at]!;
      triggerAsyncId = stack[2 * at + 1]!;
    }
    this.#drop(base, asyncId, triggerAsyncId);
    return segment as Segment;
  }

  /** Drops the entries from `base` up; `base`'s saved ids become current again. */
  truncate(base: number): void {
    if (this.depth <= base) return;
    const stack = this.#wrap.async_ids_stack;
    this.#drop(base, stack[2 * base]!, stack[2 * base + 1]!);
  }

  #drop(base: number, asyncId: number, triggerAsyncId: number): void {
    this.#ids[this.#execution] = asyncId;
    this.#ids[this.#trigger] = triggerAsyncId;
    const resources = this.#wrap.execution_async_resources;
    // Nearly always there is one, and an array's length is slow to set.
    if (resources.length === base + 1) resources.pop();
    else resources.length = base;
    this.#fields[this.#length] = base;
  }

  /** Puts a segment back, as Node's own push does. */
  put(segment: Segment): void {
    for (let entry: Segment | null = segment; entry !== null; entry = entry.above) {
      this.push(entry.asyncId, entry.triggerAsyncId, entry.resource);
    }
  }

  push(asyncId: number, triggerAsyncId: number, resource: unknown): void {
    const at = this.#fields[this.#length]!;
    const wrap = this.#wrap;
    wrap.execution_async_resources[at] = resource;
    // Read anew each time: the native side replaces the array when it grows.
    const stack = wrap.async_ids_stack;
    if (at * 2 >= stack.length) {
      wrap.pushAsyncContext(asyncId, triggerAsyncId);
      return;
    }
    stack[at * 2] = this.#ids[this.#execution]!;
    stack[at * 2 + 1] = this.#ids[this.#trigger]!;
    this.#fields[this.#length] = at + 1;
    this.#ids[this.#execution] = asyncId;
    this.#ids[this.#trigger] = triggerAsyncId;
  }
}
