import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `native/binding.cc` exports. Indices name stacks; 0 is the main one. */
export interface Addon {
  /** Native stacks that are handed over directly or by V8's lock, or stacks of threads; returns why not. */
  openStacks(
    kind: 'direct' | 'locker' | 'thread',
    stackSize: number,
    mainStackSize: number,
    inWorker: boolean,
    cold: 'on' | 'off' | 'verify',
  ): string | undefined;
  /** The flag of V8, if one was given, with which stacks must not be left out of scavenges. */
  unsafeFlag(): string | undefined;
  /** One element: the index of the running stack. */
  readonly running: Uint32Array;
  setEntry(entry: () => number, terminated: () => number): void;
  create(): number;
  /** Returns 1, without switching, when a microtask drain stands on the running stack. */
  switchTo(index: number): 1 | undefined;
  getContext(): unknown;
  setContext(context: unknown): void;
  /** Sets it, and returns the one before. */
  swapContext(context: unknown): unknown;
  drainMicrotasks(): void;
  inMicrotasks(): boolean;
  /** Ends the running script, at its next call: as when its time is up. */
  terminate(): void;
  /** The one object of the heap with both properties of its own. Walks the whole heap. */
  findObject(first: string, second: string): object | undefined;
  /** `cold`: stacks that scavenges leave out; `coldScavenges`: scavenges that went as leaving them out needs it. */
  statistics(): {
    live: number;
    stackSize: number;
    reserved: number;
    cold: number;
    coldScavenges: number;
  };
  /** Watches a descriptor on Node's libuv loop: a watcher, or a negative libuv error. */
  pollOpen(fd: number, onEvents: (status: number, events: number) => void): object | number;
  /** What to watch for: 1 to read, 2 to write, both, or 0; returns 0 or a negative libuv error. */
  pollWatch(watcher: object, events: number): number;
  pollClose(watcher: object): void;
  /**
   * Collects what taken sockets receive in one poll: the bytes in `slab`, one chunk after the other; in `records` the
   * number of chunks, how many of them have been told, where the bytes of the next one begin, and then a slot and a
   * length for each chunk. `tell` is called when the poll is over, or the slab full, and tells all that have not been.
   */
  readsOpen(slab: Uint8Array, records: Uint32Array, tell: () => void): void;
  /** Memory for a slab that V8 does not count; undefined when there is none left. */
  readsSlab(): ArrayBuffer | undefined;
  /** What comes next goes to the beginning of another slab. */
  readsUse(slab: Uint8Array): void;
  /** Takes the data of a TCP or pipe handle that has just begun to read; false if it stays with Node. */
  readsTake(fd: number, slot: number): boolean;
  /** Gives it back, if the handle is still `open`. */
  readsLeave(slot: number, open: boolean): void;
  /** Gives bytes to the kernel for a socket: how many it has taken, or -1 if it refuses them. */
  send(fd: number, bytes: Uint8Array): number;
  /** Makes a pipe, `ends` its descriptors, that to read first: returns 0 or a negative libuv error. */
  openPipe(ends: Int32Array): number;
  /** From now on a second signal ends the process if JavaScript has not heard the first. False if nobody listens. */
  guardSignal(number: number): boolean;
  /** JavaScript knows of it; if it is the `last`, the next one ends the process. */
  signalHeard(number: number, last: boolean): void;
  /** While `on`, the first signal that is guarded ends the process. */
  signalsEnd(on: boolean): void;
  /** Whether a guarded signal has come that JavaScript has not heard. */
  signalWaits(): boolean;
  releaseSignal(number: number): void;
}

/** What was added last: a binary without it is from an older checkout. */
const NEWEST: keyof Addon = 'signalWaits';

export type LoadedAddon = { addon: Addon } | { missing: string };

/** The nearest folder upwards that holds `prebuilds/`: the package's root, from `src` as from `dist`. */
function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

/** Node's reason for not loading it, and what to do. */
function refusal(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = (message ?? String(error)).trim().replace(/\.$/, '');
  return code === 'ERR_DLOPEN_DISABLED'
    ? `(${reason}): start Node with --allow-addons beside --permission, and without --no-addons`
    : `(${reason}): ${makeItAnew}`;
}

const makeItAnew =
  'install the package again; in a checkout, `npm run build:addon -- --force` makes it anew';

/** What to do where this Node has no binary. */
function wayOut(root: string, folder: string): string {
  if (existsSync(join(root, 'scripts/build-addon.ts')))
    return 'here `npm run build:addon` makes those of Node 22, 24 and 26, and `node scripts/build-addon.ts` that of the Node which runs it';
  const there = existsSync(folder)
    ? readdirSync(folder).flatMap((name) => /^greenroom\.abi(\d+)\.node$/.exec(name)?.[1] ?? [])
    : [];
  return there.length === 0
    ? 'the package has none for this system'
    : `the package has those for the module versions ${there.toSorted().join(', ')}: run one of Node 22, 24 and 26`;
}

let loaded: LoadedAddon | undefined;

/**
 * The binary made for this platform and this Node, loaded at the first call. A
 * binary serves one `process.versions.modules`, so that number is part of its name.
 */
export function loadAddon(): LoadedAddon {
  return (loaded ??= load());
}

function load(): LoadedAddon {
  if (process.env['GREENROOM_STACKS'] === 'off')
    return { missing: 'GREENROOM_STACKS=off forbids stacks' };
  const abi = process.versions.modules;
  const root = packageRoot();
  const folder = join(root, 'prebuilds', `${process.platform}-${process.arch}`);
  const file = join(folder, `greenroom.abi${abi}.node`);
  if (!existsSync(file)) {
    return {
      missing:
        `there is no Greenroom addon for ${process.platform}-${process.arch} and Node ${process.versions.node} ` +
        `(module version ${abi}); ${wayOut(root, folder)}`,
    };
  }
  try {
    const addon = createRequire(import.meta.url)(file) as Addon;
    if (typeof addon[NEWEST] !== 'function')
      return { missing: `the Greenroom addon ${file} is older than this; ${makeItAnew}` };
    return { addon };
  } catch (error) {
    return { missing: `the Greenroom addon ${file} was refused ${refusal(error)}` };
  }
}
