import fs from 'node:fs';
import { begin, type Callback, finish, type Outcome, type PendingCall } from './callback-wait.ts';
import { FS_FORMS, type FsForm } from './fs-table.ts';
import type { AnyFunction, Patch } from './patch-registry.ts';
import { callOriginal, type CallSite, makeReplacement, throwFrom } from './replacement.ts';

/** The replacements for `node:fs`: in a greenlet each call is done by the callback form, while the greenlet is parked. */
export function fsPatches(): Patch[] {
  const patches: Patch[] = [];
  for (const [name, form] of Object.entries(FS_FORMS)) {
    const place = locate(name, patches);
    const callbackForm = locate(form.via, [])?.value;
    if (place === undefined || callbackForm === undefined) continue;
    const original = place.value;
    const replacement = makeReplacement('fs', original, (self, args, call) =>
      performCooperatively(form, callbackForm, self, args, call),
    );
    patches.push({
      kind: 'fs',
      module: 'fs',
      name,
      owner: place.owner,
      key: place.key,
      original,
      replacement,
    });
  }
  return patches;
}

function performCooperatively(
  form: FsForm,
  callbackForm: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  call: CallSite,
): unknown {
  const askOriginal = (): unknown => callOriginal(call, self, args);
  const outcome = attempt(form, callbackForm, self, args);
  if (outcome === null) return askOriginal();
  const { error, result } = outcome;
  if (error === null || error === undefined)
    return form.result === undefined ? result : form.result(result);
  const recovery = form.recover?.(error, args) ?? 'throw';
  if (recovery === 'throw') throwFrom(call, error);
  return recovery === 'ask' ? askOriginal() : recovery.value;
}

function attempt(
  form: FsForm,
  callbackForm: AnyFunction,
  self: unknown,
  args: readonly unknown[],
): Outcome | null {
  if (typeof args[0] === 'number' && form.ofDescriptor !== undefined) {
    return form.ofDescriptor(args);
  }
  const pending = tryBegin(form, callbackForm, self, args);
  return pending === null ? null : finish(pending);
}

/** Null if the callback form does not take these arguments. It checks them before it touches anything. */
function tryBegin(
  form: FsForm,
  callbackForm: AnyFunction,
  self: unknown,
  args: readonly unknown[],
): PendingCall | null {
  const prepared = form.prepare(args);
  if (prepared === null) return null;
  try {
    return begin(
      (callback: Callback) => Reflect.apply(callbackForm, self, [...prepared, callback]),
      form.discard,
    );
  } catch {
    return null;
  }
}

interface Place {
  readonly owner: object;
  readonly key: string;
  readonly value: AnyFunction;
}

/**
 * Where a function with a (perhaps dotted) name lives; undefined if this Node has no such function. What hangs on a
 * function that is itself replaced (`realpathSync.native`) is to be replaced on the replacement.
 */
function locate(name: string, replaced: readonly Patch[]): Place | undefined {
  const parts = name.split('.');
  const key = parts.pop() as string;
  const outer = replaced.find((patch) => patch.name === parts.join('.'))?.replacement;
  let owner: unknown = fs;
  for (const part of parts) owner = (owner as Record<string, unknown> | undefined)?.[part];
  const value = (owner as Record<string, unknown> | undefined)?.[key];
  if (typeof value !== 'function') return undefined;
  return { owner: outer ?? (owner as object), key, value: value as AnyFunction };
}
