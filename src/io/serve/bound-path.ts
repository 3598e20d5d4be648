import { lstatSync, renameSync, type Stats, statSync, unlinkSync } from 'node:fs';
import type { Server as NodeServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { toConnectionError } from '../connect/connection-error.ts';

/** What a listener has put into the file system. */
interface BoundPath {
  /** As it was given, so that it depends on the working folder: what libuv removes when the listener is closed. */
  readonly name: string;
  readonly path: string;
  readonly made: Stats;
}

const bound = new WeakMap<NodeServer, BoundPath>();

/**
 * Makes room at `path`: a socket that nobody listens at any more would keep it taken.
 *
 * @throws ConnectionError, with the system's code
 */
export function preparePath(path: string): void {
  if (isElsewhere(path)) return;
  try {
    // Where there is no such folder libuv says that it may not be written to.
    statSync(dirname(path));
    if (find(path)?.isSocket() === true) unlinkSync(path);
  } catch (error) {
    throw toConnectionError('Cannot listen at', { path }, error);
  }
}

/** Notes what `listener` has made, if it listens at a path. */
export function noteBoundPath(listener: NodeServer): void {
  // One that failed says the address all the same.
  if (!listener.listening) return;
  const name = listener.address();
  if (typeof name !== 'string' || isElsewhere(name)) return;
  const path = resolve(name);
  const made = find(path);
  if (made !== undefined) bound.set(listener, { name, path, made });
}

/**
 * Closes `listener`, and removes the path that it listens at, unless another server has put its own socket there
 * meanwhile. libuv removes whatever bears the name, so a successor's is put aside for that moment, which is no more
 * than three calls to the system: nothing else tells libuv not to. As long as the listener is open its inode is
 * nobody else's.
 */
export function closeListener(listener: NodeServer): void {
  const own = bound.get(listener);
  if (own === undefined) {
    listener.close();
    return;
  }
  bound.delete(listener);
  const aside = isAnothers(own) ? putAside(own.name) : undefined;
  try {
    // The working folder may have changed.
    if (isSame(find(own.path), own.made)) unlinkSync(own.path);
  } catch {
    // It stays, as where libuv cannot remove it.
  }
  listener.close();
  if (aside !== undefined) renameSync(aside, own.name);
}

function isAnothers({ name, made }: BoundPath): boolean {
  const found = find(name);
  return found !== undefined && !found.isDirectory() && !isSame(found, made);
}

function putAside(name: string): string | undefined {
  const aside = `${name}.${process.pid}`;
  try {
    renameSync(name, aside);
    return aside;
  } catch {
    // What cannot be renamed cannot be removed either.
    return undefined;
  }
}

function find(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // Such as a folder that is none any more.
    return undefined;
  }
}

function isSame(found: Stats | undefined, made: Stats): boolean {
  return found?.ino === made.ino && found.dev === made.dev;
}

/** Windows has names that stand in no file system, and Linux those that begin with a zero byte. */
function isElsewhere(path: string): boolean {
  return process.platform === 'win32' || path.startsWith('\0');
}
