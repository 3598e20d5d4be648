import fs, { type Dir } from 'node:fs';
import {
  copyArguments,
  opendirArguments,
  positional,
  type Prepare,
  readArguments,
  readdirArguments,
  readFileArguments,
  statArguments,
  truncateArguments,
  vectorArguments,
  withoutFunction,
  writeArguments,
  writeFileArguments,
} from './fs-arguments.ts';
import type { Outcome } from './callback-wait.ts';
import { readDescriptor } from './read-descriptor.ts';

/** How one `…Sync` function is done by its callback form. */
export interface FsForm {
  /** The callback form's name. */
  readonly via: string;
  readonly prepare: Prepare;
  /** Does the call where its first argument is a descriptor and the callback form does it differently; null: not for these arguments. */
  readonly ofDescriptor?: (args: readonly unknown[]) => Outcome | null;
  /** The call's result, from the callback form's. */
  readonly result?: (result: unknown) => unknown;
  /** Turns an error into a result; returns it otherwise. */
  readonly recover?: (error: unknown, args: readonly unknown[]) => Recovery;
  /** Takes back a result whose greenlet was killed meanwhile. */
  readonly discard?: (result: unknown) => void;
}

/**
 * What becomes of an error: `throw` it as it is, take `value` as the result, or `ask` the original. Asking is for
 * operations whose two forms word their errors differently: one that has just failed fails again, with Node's own error.
 */
export type Recovery = 'throw' | 'ask' | { readonly value: unknown };

// A greenlet that is being killed must not park again: these stay Node's own.
const closeNow = fs.closeSync;
const closeDirNow = fs.Dir.prototype.closeSync;

const nothing = (): undefined => undefined;
const ask = (): Recovery => 'ask';

/** Every `…Sync` function of `node:fs` that has a callback form. Those that this Node lacks are passed over. */
export const FS_FORMS: Readonly<Record<string, FsForm>> = {
  accessSync: { via: 'access', prepare: positional(2), result: nothing },
  appendFileSync: { via: 'appendFile', prepare: writeFileArguments, result: nothing },
  chmodSync: { via: 'chmod', prepare: positional(2), result: nothing },
  chownSync: { via: 'chown', prepare: positional(3), result: nothing },
  closeSync: { via: 'close', prepare: positional(1), result: nothing },
  copyFileSync: { via: 'copyFile', prepare: positional(3), result: nothing },
  cpSync: { via: 'cp', prepare: copyArguments, result: nothing, recover: ask },
  existsSync: {
    via: 'access',
    prepare: (args) => [args[0], fs.constants.F_OK],
    result: () => true,
    recover: () => ({ value: false }),
  },
  fchmodSync: { via: 'fchmod', prepare: positional(2), result: nothing },
  fchownSync: { via: 'fchown', prepare: positional(3), result: nothing },
  fdatasyncSync: { via: 'fdatasync', prepare: positional(1), result: nothing },
  fstatSync: { via: 'fstat', prepare: statArguments },
  fsyncSync: { via: 'fsync', prepare: positional(1), result: nothing },
  ftruncateSync: { via: 'ftruncate', prepare: positional(2), result: nothing },
  futimesSync: { via: 'futimes', prepare: positional(3), result: nothing },
  globSync: { via: 'glob', prepare: withoutFunction(2, 'exclude') },
  lchmodSync: { via: 'lchmod', prepare: positional(2), result: nothing },
  lchownSync: { via: 'lchown', prepare: positional(3), result: nothing },
  linkSync: { via: 'link', prepare: positional(2), result: nothing },
  lstatSync: { via: 'lstat', prepare: statArguments, recover: noEntry },
  lutimesSync: { via: 'lutimes', prepare: positional(3), result: nothing },
  mkdirSync: { via: 'mkdir', prepare: positional(2) },
  mkdtempSync: { via: 'mkdtemp', prepare: positional(2), recover: ask },
  openSync: { via: 'open', prepare: positional(3), discard: (fd) => closeNow(fd as number) },
  opendirSync: {
    via: 'opendir',
    prepare: opendirArguments,
    recover: ask,
    discard: (dir) => closeDirNow.call(dir as Dir),
  },
  readFileSync: {
    via: 'readFile',
    prepare: readFileArguments,
    ofDescriptor: readDescriptor,
    recover: ask,
  },
  readSync: { via: 'read', prepare: readArguments },
  readdirSync: { via: 'readdir', prepare: readdirArguments },
  readlinkSync: { via: 'readlink', prepare: positional(2) },
  readvSync: { via: 'readv', prepare: vectorArguments },
  realpathSync: { via: 'realpath', prepare: positional(2) },
  'realpathSync.native': { via: 'realpath.native', prepare: positional(2) },
  renameSync: { via: 'rename', prepare: positional(2), result: nothing },
  rmSync: { via: 'rm', prepare: positional(2), result: nothing, recover: ask },
  rmdirSync: { via: 'rmdir', prepare: positional(2), result: nothing },
  statSync: { via: 'stat', prepare: statArguments, recover: noEntry },
  statfsSync: { via: 'statfs', prepare: statArguments },
  symlinkSync: { via: 'symlink', prepare: positional(3), result: nothing },
  truncateSync: { via: 'truncate', prepare: truncateArguments, result: nothing },
  unlinkSync: { via: 'unlink', prepare: positional(1), result: nothing },
  utimesSync: { via: 'utimes', prepare: positional(3), result: nothing },
  writeFileSync: { via: 'writeFile', prepare: writeFileArguments, result: nothing },
  writeSync: { via: 'write', prepare: writeArguments },
  writevSync: { via: 'writev', prepare: vectorArguments },
  'Dir.prototype.readSync': { via: 'Dir.prototype.read', prepare: positional(0) },
  'Dir.prototype.closeSync': {
    via: 'Dir.prototype.close',
    prepare: positional(0),
    result: nothing,
  },
};

/** `throwIfNoEntry: false`: a missing file is not an error. */
function noEntry(error: unknown, args: readonly unknown[]): Recovery {
  const options = args[1] as { throwIfNoEntry?: unknown } | null | undefined;
  if (options?.throwIfNoEntry !== false) return 'throw';
  const { code } = error as { code?: unknown };
  if (code === 'ENOENT') return { value: undefined };
  // Nodes differ in what they make of a file in place of a folder.
  return code === 'ENOTDIR' ? 'ask' : 'throw';
}
