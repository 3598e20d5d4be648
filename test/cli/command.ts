// Runs the command as a child process, on the Node that runs the tests.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A folder of its own for the programs of a test file, outside of the package. */
const folder: string = mkdtempSync(join(tmpdir(), 'greenroom-cli-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes a program and returns its path. */
export function program(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when `text` has come on stdout. */
  printed: (text: string) => Promise<void>;
}

const stripTypes = process.features.typescript === 'strip' ? [] : ['--experimental-strip-types'];

/** Starts `greenroom ARGS`, with `stdin` as its input. */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
  stdin?: string,
): Started {
  const command = ['--conditions=greenroom-source', ...stripTypes, 'bin/greenroom.js', ...args];
  return startProcess(process.execPath, command, env, stdin);
}

/** Starts `node ARGS`: what `greenroom run` is compared with. */
export function node(...args: readonly string[]): Started {
  return startProcess(process.execPath, [...stripTypes, ...args], {}, 'from stdin');
}

export function startProcess(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  stdin: string = '',
): Started {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {}); // it may end without having read
  child.stdin.end(stdin);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const { promise, resolve } = Promise.withResolvers<Ended>();
  child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  const printed = async (text: string): Promise<void> => {
    const seen = Promise.withResolvers<void>();
    const look = (): void => {
      if (output.stdout.includes(text)) seen.resolve();
    };
    child.stdout.on('data', look);
    look();
    await Promise.race([seen.promise, promise]);
  };
  return { child, ended: promise, printed };
}

/** Runs `greenroom ARGS` to its end. */
export function greenroom(...args: string[]): Promise<Ended> {
  return start(args).ended;
}
