import { setFlagsFromString } from 'node:v8';
import { isMainThread, resourceLimits } from 'node:worker_threads';

import { type Addon, loadAddon } from '../addon/index.ts';
import { describe, GreenroomError, InvalidArgumentError } from '../errors/index.ts';
import { chosen } from './chosen.ts';
import { chooseCold, type ColdStacks, proveCold } from './cold-stacks.ts';

export type Backend = 'native' | 'thread' | 'off';

/** How V8 is told that another native stack runs: its state is moved for it, or it moves that itself under its lock. */
export type HandOver = 'direct' | 'locker';

/** A blocking call was made where no stack can be switched. */
export class StacksUnavailableError extends GreenroomError {
  constructor(reason: string) {
    super(
      'ERR_STACKS_UNAVAILABLE',
      `This call has to park the running stack, and stacks are not available here: ${reason}. ` +
        'Use the awaitable form (greenroom/asyncio, `await`) instead, or see `greenroom doctor`.',
    );
  }
}

/** What `greenroom doctor` prints. */
export interface StackInfo {
  backend: Backend;
  platform: string;
  arch: string;
  node: string;
  abi: string;
  /** On native stacks: direct where V8's state of a thread was found and proven, else by V8's lock, at a third of the speed. */
  handOver?: HandOver;
  /** With the direct hand-over: whether scavenges leave out parked stacks that hold nothing young (GREENROOM_COLD). */
  cold?: ColdStacks;
  /** Why that is off though nobody has chosen it. */
  coldRefused?: string;
  /** The outcome of the search for V8's data about threads, and of its proof. */
  proof: string;
  /** Bytes reserved for one stack; 0 when stacks are off. */
  stackSize: number;
  /** One sentence on what is missing for native stacks, if something is. */
  missing?: string;
}

interface Opened {
  addon: Addon | null;
  info: StackInfo;
}

export const DEFAULT_STACK_SIZE: number = 256 * 1024;
const MIN_STACK_SIZE = 128 * 1024;
const MAX_STACK_SIZE = 64 * 1024 * 1024;

let opened: Opened | undefined;
let stackSize = DEFAULT_STACK_SIZE;

/**
 * Sets the size of the stacks made from now on, in bytes (128 KB to 64 MB, a
 * multiple of 4096; default 256 KB). Only reserved: memory is committed as a
 * stack grows. Must be called before the first greenlet starts.
 */
export function setStackSize(bytes: number): void {
  if (
    !Number.isInteger(bytes) ||
    bytes < MIN_STACK_SIZE ||
    bytes > MAX_STACK_SIZE ||
    bytes % 4096 !== 0
  ) {
    throw new InvalidArgumentError(
      `Expected a stack size in bytes, a multiple of 4096 from ${MIN_STACK_SIZE} to ${MAX_STACK_SIZE}, got ${describe(bytes)}`,
    );
  }
  if (opened !== undefined) {
    throw new InvalidArgumentError(
      `Expected setStackSize(${describe(bytes)}) to be called before the first greenlet starts; stacks of ${stackSize} bytes are in use already`,
    );
  }
  stackSize = bytes;
}

/**
 * What V8 takes for the size of the main stack: `--stack-size` (984 KB), in a
 * Worker its own limit. The addon must not let a coroutine's limit change it.
 */
function mainStackSize(): number {
  if (!isMainThread) return Math.max(984, (resourceLimits.stackSizeMb ?? 4) * 1024 - 192) * 1024;
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
  const flag = flags.findLast((argument) => /^--stack[-_]size=\d+$/.test(argument));
  return (flag === undefined ? 984 : Number(flag.split('=')[1])) * 1024;
}

/** What to try, the best first. */
function attempts(want: Backend | undefined): (HandOver | 'thread')[] {
  const handOver = chosen('GREENROOM_HAND_OVER', ['direct', 'locker'] as const);
  const native: HandOver[] = handOver === undefined ? ['direct', 'locker'] : [handOver];
  return want === 'native' ? native : want === 'thread' ? ['thread'] : [...native, 'thread'];
}

const PROOFS = {
  direct: "V8's two thread words and its state of a thread were found and proven",
  locker: "V8's two thread words were found and proven",
  thread: 'not needed: stacks of threads rely on nothing that would need one',
} as const;

/** What could be opened, if anything, and why that which is better could not. */
interface Outcome {
  readonly kind: HandOver | 'thread' | undefined;
  readonly refused: string | undefined;
}

function openBest(addon: Addon, want: Backend | undefined, cold: ColdStacks): Outcome {
  // The words are looked for by two of them, and missed twice.
  const refusals = new Set<string>();
  const refused = (): string | undefined =>
    refusals.size > 0 ? [...refusals].join('; ') : undefined;
  for (const kind of attempts(want)) {
    const refusal = addon.openStacks(kind, stackSize, mainStackSize(), !isMainThread, cold);
    if (refusal === undefined) return { kind, refused: refused() };
    refusals.add(refusal);
  }
  return { kind: undefined, refused: refused() };
}

function proofOf({ kind, refused }: Outcome): string {
  if (kind === undefined || (kind === 'thread' && refused !== undefined))
    return `failed: ${refused}`;
  return refused === undefined ? PROOFS[kind] : `${PROOFS[kind]}; more failed: ${refused}`;
}

function missingOf({ kind, refused }: Outcome, want: Backend | undefined): string | undefined {
  if (refused === undefined) return undefined;
  if (kind === 'locker') return `the direct hand-over is not used: ${refused}`;
  if (kind === 'thread') return `native stacks are not used: ${refused}`;
  return want === 'native' ? `GREENROOM_STACKS=native, and ${refused}` : refused;
}

function open(): Opened {
  const want = chosen('GREENROOM_STACKS', ['native', 'thread', 'off'] as const);
  const info: StackInfo = {
    backend: 'off',
    platform: process.platform,
    arch: process.arch,
    node: process.versions.node,
    abi: process.versions.modules,
    proof: 'not tried',
    stackSize: 0,
  };
  const loaded = loadAddon();
  if ('missing' in loaded) {
    info.missing = loaded.missing;
    return { addon: null, info };
  }
  const { addon } = loaded;
  // V8's wasm code collector refuses to run while stacks are parked and ends
  // the process; Node's own HTTP parser is wasm, so every program meets it.
  setFlagsFromString('--no-wasm-code-gc');
  // Every parked stack is walked by every scavenge: fewer and larger ones.
  setFlagsFromString('--semi-space-growth-factor=8');
  const cold = chooseCold(addon);
  const outcome = openBest(addon, want, cold.mode);
  const { kind } = outcome;
  info.proof = proofOf(outcome);
  const missing = missingOf(outcome, want);
  if (missing !== undefined) info.missing = missing;
  if (kind === undefined) return { addon: null, info };
  info.backend = kind === 'thread' ? 'thread' : 'native';
  if (kind !== 'thread') info.handOver = kind;
  if (kind === 'direct') {
    info.cold = cold.mode;
    if (cold.refused !== undefined) info.coldRefused = cold.refused;
  }
  info.stackSize = addon.statistics().stackSize;
  return { addon, info };
}

/** The addon, opened on first use, or null where stacks are not available. */
export function tryAddon(): Addon | null {
  opened ??= open();
  return opened.addon;
}

/** The addon, or an error that says why there is none and what to do. */
export function requireAddon(): Addon {
  const addon = tryAddon();
  if (addon === null)
    throw new StacksUnavailableError(stackInfo().missing ?? 'for an unknown reason');
  return addon;
}

/** Which stacks are in use here, and why. */
export function stackInfo(): StackInfo {
  opened ??= open();
  return opened.info;
}

/** How many scavenges have shown that stacks can be left out of them; causes some if there were none. */
export function provenScavenges(): number {
  const addon = tryAddon();
  const { cold } = stackInfo();
  return addon === null || cold === undefined || cold === 'off' ? 0 : proveCold(addon);
}
