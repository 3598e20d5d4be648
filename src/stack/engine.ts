import { setFlagsFromString } from 'node:v8';
import { isMainThread, resourceLimits } from 'node:worker_threads';

import { type Addon, loadAddon } from '../addon/index.ts';
import { GreenroomError, InvalidArgumentError, describe } from '../errors/index.ts';

export type Backend = 'native' | 'thread' | 'off';

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
  /** The outcome of the search for V8's thread words and of its proof. */
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

function wanted(): Backend | undefined {
  const value = process.env['GREENROOM_STACKS'];
  if (value === undefined || value === '') return undefined;
  if (value === 'native' || value === 'thread' || value === 'off') return value;
  throw new InvalidArgumentError(
    `Expected GREENROOM_STACKS to be native, thread or off, got ${describe(value)}`,
  );
}

function open(): Opened {
  const want = wanted();
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
  let refused =
    want === 'thread' ? undefined : addon.open('native', stackSize, mainStackSize(), !isMainThread);
  if (want !== 'thread' && refused === undefined) {
    info.backend = 'native';
    info.proof = "V8's two thread words were found and proven";
  } else {
    info.proof = want === 'thread' ? 'not tried, GREENROOM_STACKS=thread' : `failed: ${refused}`;
    if (want === 'native') {
      info.missing = `GREENROOM_STACKS=native, and ${refused}`;
      return { addon: null, info };
    }
    if (refused !== undefined) info.missing = `native stacks are not used: ${refused}`;
    refused = addon.open('thread', stackSize, mainStackSize(), !isMainThread);
    if (refused !== undefined) {
      info.missing = refused;
      return { addon: null, info };
    }
    info.backend = 'thread';
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
