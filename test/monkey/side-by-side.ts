/**
 * Runs an operation twice, each time in a fresh folder: outside a greenlet, where it is Node's own, and in a
 * greenlet, where it is cooperative. Both runs are written down as text, which then can be compared.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { main } from '../../src/hub/main.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { getOriginal } from '../../src/public/monkey.ts';
import type { Operation } from './operation.ts';

export interface Record {
  /** The value or the error, what was written to stderr, and the files that the folder holds afterwards. */
  readonly story: string;
  /** Whether another greenlet could run meanwhile. */
  readonly parked: boolean;
}

const keep = <F>(name: string): F => getOriginal('fs', name) as F;
const mkdtemp = keep<typeof fs.mkdtempSync>('mkdtempSync');
const writeFile = keep<typeof fs.writeFileSync>('writeFileSync');
const mkdir = keep<typeof fs.mkdirSync>('mkdirSync');
const symlink = keep<typeof fs.symlinkSync>('symlinkSync');
const remove = keep<typeof fs.rmSync>('rmSync');
const readdir = keep<typeof fs.readdirSync>('readdirSync');
const lstat = keep<typeof fs.lstatSync>('lstatSync');
const readlink = keep<typeof fs.readlinkSync>('readlinkSync');
const readFile = keep<typeof fs.readFileSync>('readFileSync');

const base = mkdtemp(path.join(os.tmpdir(), 'monkey-'));
process.on('exit', () => remove(base, { recursive: true, force: true }));

/** As Node does it. */
export function runBlocking(operation: Operation, furnish: Furnish = withTree): Record {
  return inFolder(furnish, (folder) => ({ story: tell(operation, folder), parked: false }));
}

/** The same in a greenlet. */
export async function runInGreenlet(
  operation: Operation,
  furnish: Furnish = withTree,
): Promise<Record> {
  return await main(() =>
    inFolder(furnish, (folder) => {
      let parked = false;
      const other = spawn(() => {
        parked = true;
      });
      const story = tell(operation, folder);
      const record = { story, parked };
      other.kill();
      return record;
    }),
  );
}

/** Puts into the folder what the operations need. */
export type Furnish = (folder: string) => void;

function inFolder(furnish: Furnish, use: (folder: string) => Record): Record {
  // The same name each time, so that whatever tells it tells the same.
  const folder = path.join(base, 'folder');
  mkdir(folder);
  try {
    furnish(folder);
    return use(folder);
  } finally {
    remove(folder, { recursive: true, force: true });
  }
}

/** Only `a.txt`. */
export function withOneFile(folder: string): void {
  writeFile(path.join(folder, 'a.txt'), 'hello wörld\n');
}

/** Files, folders and links of each kind. */
function withTree(folder: string): void {
  const at = (name: string): string => path.join(folder, name);
  withOneFile(folder);
  writeFile(at('empty'), '');
  writeFile(at('big'), Buffer.alloc(70_000, 'x'));
  mkdir(at('dir/sub/deep'), { recursive: true });
  mkdir(at('hollow'));
  writeFile(at('dir/b.txt'), 'b');
  writeFile(at('dir/sub/c.md'), 'c');
  writeFile(at('dir/sub/deep/d.txt'), 'd');
  symlink('a.txt', at('link'));
  symlink('nowhere', at('dangling'));
  symlink('loop', at('loop'));
  symlink('dir', at('dirlink'));
  mkdir(at('linked/sub'), { recursive: true });
  writeFile(at('linked/e.txt'), 'e');
  symlink('e.txt', at('linked/to-file'));
  symlink('sub', at('linked/to-folder'));
  symlink('../a.txt', at('linked/to-outside'));
  symlink('/etc/hostname', at('linked/to-absolute'));
}

function tell({ run }: Operation, folder: string): string {
  let end: string;
  const written = captureStderr();
  try {
    end = `returns ${show(run(folder))}`;
  } catch (error) {
    end = `throws ${showError(error)}`;
  }
  const told = `${end}\nwrites ${show(written())}\n${listFiles(folder).join('\n')}`;
  return told
    .replaceAll(folder, '<folder>')
    .replaceAll(/\bt-\w{6}/g, 't-<random>')
    .replaceAll(/\bpid: [1-9]\d*/g, 'pid: <pid>')
    .replaceAll(/\[ 'pid', [1-9]\d* \]/g, "[ 'pid', <pid> ]");
}

/** Keeps what is written to `process.stderr` from now on, and gives it when it is asked for, once. */
function captureStderr(): () => unknown[] {
  const { stderr } = process;
  const { write } = stderr;
  const written: unknown[] = [];
  stderr.write = (chunk: unknown): boolean => {
    // Node's own warnings come when they like: a folder that was not closed is noticed by the collector.
    if (!/^\(node:\d+\) /.test(String(chunk))) written.push(chunk);
    return true;
  };
  return () => {
    stderr.write = write;
    return written;
  };
}

/** A value with all that can be compared; what differs from run to run shows only its type. */
export function show(value: unknown): string {
  if (value instanceof fs.Dir) return `Dir ${value.path}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (isStats(value)) return showStats(value);
  if (typeof value === 'string' && value.length > 5000) return `${value.length} characters`;
  const text = inspect(value, { depth: 10, maxArrayLength: 1000, breakLength: 120 });
  return withoutFrames(text) + showOutput(value);
}

/** The frames of an error's stack differ: its caller is another. */
function withoutFrames(text: string): string {
  return text
    .replaceAll(/(?:\n +at .*)+?(?=( \{)?\n(?! +at ))/g, '$1')
    .replaceAll(/(.)\1{99,}/g, '$1…');
}

/** What children wrote, of which `inspect` shows only the beginning. */
function showOutput(value: unknown): string {
  const { output } = (value ?? {}) as { output?: unknown };
  if (!Array.isArray(output)) return '';
  const sums = output.map((part: string | Buffer | null) =>
    part === null ? null : `${part.length}:${createHash('sha1').update(part).digest('hex')}`,
  );
  return `\noutput ${sums.join()}`;
}

function isStats(value: unknown): value is fs.Stats {
  return typeof value === 'object' && value !== null && 'blocks' in value;
}

function showStats(stats: fs.Stats): string {
  const types = Object.entries(stats).map(([key, value]) => `${key}: ${value?.constructor?.name}`);
  const { mode, size, nlink } = stats;
  return inspect([
    Object.getPrototypeOf(stats).constructor.name,
    types,
    { mode, size, nlink },
    stats.isFile?.(),
  ]);
}

/** All of an error but its stack's frames and what it was called with. */
export function showError(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const { name, message } = error;
  const header = error.stack?.split('\n    at ')[0];
  const fields = Object.entries(error)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, value instanceof Error ? value.message : value]);
  const proto = Object.getPrototypeOf(error).constructor.name;
  const text = inspect({ proto, name, message, header, fields }, { depth: 10, breakLength: 120 });
  return withoutFrames(text) + showOutput(error);
}

function listFiles(folder: string): string[] {
  return readdir(folder, { recursive: true })
    .map(String)
    .sort()
    .map((name) => describeFile(folder, name));
}

function describeFile(folder: string, name: string): string {
  const full = path.join(folder, name);
  const stats = lstat(full);
  const mode = stats.mode.toString(8);
  if (stats.isSymbolicLink()) return `${mode} ${name} -> ${readlink(full)}`;
  if (!stats.isFile()) return `${mode} ${name}/`;
  const text = readFile(full, 'latin1');
  return `${mode} ${name} ${stats.size} ${text.slice(0, 40)}`;
}
