import { blockWhileAlone } from './replacement.ts';
import { checkOptions, describe, InvalidArgumentError } from '../errors/index.ts';
import { atomicsPatches } from './patch-atomics.ts';
import { childProcessPatches } from './patch-child-process.ts';
import { fsPatches } from './patch-fs.ts';
import { modulePatches } from './patch-modules.ts';
import {
  install,
  isActive,
  type Patch,
  type PatchKind,
  publish,
  restore,
} from './patch-registry.ts';

/** What to patch; each is patched unless it is false. */
export interface PatchOptions {
  /** `Atomics.wait`. */
  readonly atomics?: boolean;
  /** The `…Sync` functions of `node:fs`. */
  readonly fs?: boolean;
  /** `execSync`, `execFileSync` and `spawnSync` of `node:child_process`. */
  readonly childProcess?: boolean;
}

/**
 * Makes Node's blocking calls cooperative: in a greenlet they park the greenlet, and others run meanwhile.
 * Elsewhere, and for the module loader, they stay as they were; so do their results, errors and checks.
 *
 * Call it as early as possible. The order of imports does not matter for what is looked up at the call
 * (`fs.readFileSync(…)`, and every ESM import); a CommonJS module that has taken a function out before
 * (`const { readFileSync } = require('fs')`) keeps the original. Calling it again patches what is not patched yet.
 *
 * Some calls block the thread even in a greenlet, because only Node's own form does them right: `cpSync` of links, or
 * with a `filter`; `globSync` with an `exclude` function; a child process with `stdio` of an unusual kind. And so does
 * every call with arguments that Node refuses: the error is Node's.
 *
 * `greenroom run` patches, too. There, calls of the program's body block while no other greenlet or task is alive and
 * no server of Greenroom's listens; a program that calls `patchAll()` itself makes them park always.
 *
 * Source: gevent's `monkey.patch_all`.
 *
 * @throws InvalidArgumentError for an option that there is not, or that is no boolean
 * @example
 * patchAll()
 * main(() => joinAll([spawn(render, 'a'), spawn(render, 'b')])) // where render reads files with readFileSync
 */
export function patchAll(options: PatchOptions = {}): void {
  checkPatchOptions(options);
  blockWhileAlone(undefined);
  if (options.atomics !== false) add('atomics', atomicsPatches);
  if (options.fs !== false) add('fs', fsPatches);
  if (options.childProcess !== false) add('childProcess', childProcessPatches);
  // The body of a module may park as soon as anything is patched.
  if (isActive('atomics') || isActive('fs') || isActive('childProcess'))
    add('modules', modulePatches);
  publish();
}

/** Puts everything back. Calls under way end as they began. Does nothing if nothing is patched. */
export function unpatch(): void {
  restore();
  publish();
}

const KINDS = ['atomics', 'fs', 'childProcess'];

/** A kind that is misspelt would be patched after all. */
function checkPatchOptions(options: object): void {
  checkOptions(options, '{ fs: false }');
  for (const [name, value] of Object.entries(options)) {
    if (!KINDS.includes(name)) {
      throw new InvalidArgumentError(
        `Expected options of \`patchAll\` to be among ${KINDS.join(', ')}, got ${describe(name)}`,
      );
    }
    if (typeof value !== 'boolean' && value !== undefined) {
      throw new InvalidArgumentError(
        `Expected \`${name}\` to be true or false, got ${describe(value)}`,
      );
    }
  }
}

function add(kind: PatchKind, make: () => Patch[]): void {
  if (!isActive(kind)) install(kind, make());
}
