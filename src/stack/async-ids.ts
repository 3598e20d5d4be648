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

import { AsyncResource } from 'node:async_hooks';
import { Session } from 'node:inspector';

import type { Addon } from '../addon/index.ts';

interface AsyncWrap {
  async_hook_fields: Uint32Array;
  async_id_fields: Float64Array;
  async_ids_stack: Float64Array;
  execution_async_resources: unknown[];
  pushAsyncContext(asyncId: number, triggerAsyncId: number): void;
  constants: { kStackLength: number; kExecutionAsyncId: number; kTriggerAsyncId: number };
}

/** What a parked stack took off: its lowest entry, which leads to those above it. */
export interface Segment {
  readonly asyncId: number;
  readonly triggerAsyncId: number;
  readonly resource: unknown;
  readonly above: Segment | null;
}

type Binding = (name: string) => unknown;

function fromProcessBinding(): AsyncWrap | undefined {
  const host = process as unknown as { binding?: Binding; noDeprecation?: boolean };
  const { noDeprecation } = host;
  // The one use of it: the notice is for code that has another way.
  host.noDeprecation = true;
  try {
    return host.binding?.('async_wrap') as AsyncWrap;
  } catch {
    return undefined;
  } finally {
    if (noDeprecation === undefined) delete host.noDeprecation;
    else host.noDeprecation = noDeprecation;
  }
}

interface Property {
  name: string;
  value?: { type: string; objectId?: string; description?: string };
}

/** What V8 answers when the time of the running script was up meanwhile: it has been ended by nothing, "Uncaught null". */
interface Answer {
  exceptionDetails?: { exception?: { subtype?: string } };
}

/**
 * Reads it out of the scope that AsyncResource's own functions close over.
 *
 * When the time of the script that runs this is up while V8 collects an answer, it leaves it at that, and the script
 * would go on for ever. So `terminate` is called, which ends it anew.
 */
function fromInspector(terminate: () => void): AsyncWrap | undefined {
  const session = new Session();
  let disturbed = false;
  const key = `greenroom:${process.hrtime.bigint()}`;
  const shared = globalThis as unknown as Record<string, unknown>;
  const post = (method: string, parameters: object): unknown => {
    let answer: Answer | undefined;
    let failure: Error | null = null;
    session.post(method, parameters, (error, result) => {
      failure = error;
      answer = result;
    });
    disturbed = answer?.exceptionDetails?.exception?.subtype === 'null';
    if (disturbed || failure !== null) throw failure ?? new Error('disturbed');
    return answer;
  };
  const propertiesOf = (
    objectId: string,
  ): { result: Property[]; internalProperties?: Property[] } =>
    post('Runtime.getProperties', { objectId, ownProperties: true }) as never;
  const closureOf = (functionId: string): Map<string, Property> => {
    const found = new Map<string, Property>();
    const scopes = propertiesOf(functionId).internalProperties?.find(
      (p) => p.name === '[[Scopes]]',
    );
    if (scopes?.value?.objectId === undefined) return found;
    for (const scope of propertiesOf(scopes.value.objectId).result) {
      if (scope.value?.objectId === undefined || scope.value.description === 'Global') continue;
      for (const property of propertiesOf(scope.value.objectId).result) {
        if (!found.has(property.name)) found.set(property.name, property);
      }
    }
    return found;
  };
  try {
    // Refused under --permission.
    session.connect();
    shared[key] = AsyncResource.prototype.runInAsyncScope;
    const evaluated = post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(key)}]`,
    }) as {
      result: { objectId: string };
    };
    const outer = closureOf(evaluated.result.objectId);
    const inner = outer.get('emitBefore')?.value?.objectId;
    const holder =
      outer.get('async_wrap') ??
      (inner === undefined ? undefined : closureOf(inner).get('async_wrap'));
    const objectId = holder?.value?.objectId;
    if (objectId === undefined) return undefined;
    shared[key] = undefined;
    post('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: `function () { globalThis[${JSON.stringify(key)}] = this; }`,
    });
    return shared[key] as AsyncWrap | undefined;
  } catch {
    return undefined;
  } finally {
    delete shared[key];
    session.disconnect();
    if (disturbed) terminate();
  }
}

function usable(wrap: AsyncWrap | undefined): wrap is AsyncWrap {
  return (
    wrap?.async_hook_fields instanceof Uint32Array &&
    wrap.async_id_fields instanceof Float64Array &&
    wrap.async_ids_stack instanceof Float64Array &&
    Array.isArray(wrap.execution_async_resources) &&
    typeof wrap.pushAsyncContext === 'function' &&
    typeof wrap.constants?.kStackLength === 'number'
  );
}

/** Node 22 keeps AsyncLocalStorage's stores on the current async resource. */
export const RESOURCE_CARRIES_CONTEXT: boolean =
  Number(process.versions.node.split('.')[0]) < 24 &&
  !process.execArgv.includes('--experimental-async-context-frame');

export class AsyncIds {
  readonly #wrap: AsyncWrap;
  readonly #fields: Uint32Array;
  readonly #ids: Float64Array;
  readonly #length: number;
  readonly #execution: number;
  readonly #trigger: number;

  private constructor(wrap: AsyncWrap) {
    this.#wrap = wrap;
    this.#fields = wrap.async_hook_fields;
    this.#ids = wrap.async_id_fields;
    this.#length = wrap.constants.kStackLength;
    this.#execution = wrap.constants.kExecutionAsyncId;
    this.#trigger = wrap.constants.kTriggerAsyncId;
  }

  /** Undefined where Node gives no way to its arrays. The cheap ways are tried first. */
  static find(addon: Pick<Addon, 'findObject' | 'terminate'>): AsyncIds | undefined {
    const ways: (() => unknown)[] = [
      RESOURCE_CARRIES_CONTEXT ? fromProcessBinding : () => undefined,
      () => fromInspector(addon.terminate),
      () => addon.findObject('pushAsyncContext', 'async_hook_fields'),
    ];
    for (const way of ways) {
      const wrap = way() as AsyncWrap | undefined;
      if (usable(wrap)) return new AsyncIds(wrap);
    }
    return undefined;
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
