/**
 * The arguments of `spawnSync`, checked by Node itself and turned into those of `spawn`.
 */
import { findRefusedInput } from '../node-internals/index.ts';
import type { AnyFunction } from './patch-registry.ts';
import type { SpawnSyncOptions, StdioOptions } from 'node:child_process';

/** An entry of `stdio`, every shorthand written out. */
export type StdioEntry = 'pipe' | 'ignore' | 'inherit' | number;

export interface SpawnPlan {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: SpawnSyncOptions;
  readonly stdio: readonly StdioEntry[];
}

/** An input that no caller passes and Node refuses: last of all, when everything else has been found right. */
const REFUSED_INPUT = Object.freeze({ refused: true });

/**
 * Whether the original takes these arguments: it is called with an input that it refuses, so that it checks all
 * else and starts nothing. In this way its own rules are applied, whatever the version.
 */
export function isAccepted(
  original: AnyFunction,
  leading: readonly unknown[],
  options: object,
): boolean {
  try {
    Reflect.apply(original, undefined, [...leading, { ...options, input: REFUSED_INPUT }]);
    return false;
  } catch (error) {
    return findRefusedInput(error) !== undefined && isInput(options);
  }
}

function isInput(options: { input?: unknown }): boolean {
  const { input } = options;
  return !input || typeof input === 'string' || ArrayBuffer.isView(input);
}

/** `(file, args?, options?)` sorted out, as Node does it; null where a value is of no expected kind. */
export function sortArguments(
  args: readonly unknown[],
): { file: string; args: readonly string[]; options: SpawnSyncOptions } | null {
  const [file, second, third] = args;
  const hasArgs = Array.isArray(second) || second === undefined || second === null;
  const options = (hasArgs ? third : second) ?? {};
  if (typeof file !== 'string' || typeof options !== 'object') return null;
  return {
    file,
    args: Array.isArray(second) ? [...second] : [],
    options: options,
  };
}

/** Writes out the shorthands of `stdio`; null if an entry is of a kind that only the original handles. */
export function expandStdio(stdio: StdioOptions | null | undefined): StdioEntry[] | null {
  const given = stdio || 'pipe';
  const entries: unknown[] = typeof given === 'string' ? [given, given, given] : [...given];
  while (entries.length < 3) entries.push(undefined);
  const expanded = entries.map(expandEntry);
  return expanded.includes(null) ? null : (expanded as StdioEntry[]);
}

function expandEntry(entry: unknown, index: number): StdioEntry | null {
  if (entry === undefined || entry === null) return index < 3 ? 'pipe' : 'ignore';
  if (entry === 'pipe' || entry === 'ignore' || entry === 'inherit') return entry;
  if (typeof entry === 'number') return entry < 0 ? 'pipe' : entry;
  const fd = typeof entry === 'object' ? (entry as { fd?: unknown }).fd : undefined;
  return typeof fd === 'number' ? fd : null;
}
