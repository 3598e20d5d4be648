import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Stream } from 'node:stream';
import { describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import type { Loop } from '../../loop/index.ts';
import { abortable } from '../../task/index.ts';
import { ProcessError } from './process-error.ts';

/** A pipe to the child. */
export const PIPE = 'pipe';
/** For `stderr`: where `stdout` goes. */
export const STDOUT = 'stdout';
/** Nowhere, and from nowhere. */
export const DEVNULL = 'ignore';

/** Where a stream of the child leads: one of the constants, `'inherit'`, a file descriptor, or a stream that has one. */
export type Redirection = typeof PIPE | typeof DEVNULL | 'inherit' | number | Stream;

export interface SubprocessOptions {
  readonly stdin?: Redirection | undefined;
  readonly stdout?: Redirection | undefined;
  readonly stderr?: Redirection | typeof STDOUT | undefined;
  readonly cwd?: string | URL | undefined;
  /** The whole environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether the child gets a process group and a session of its own. Default false. */
  readonly startNewSession?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Ends the wait for the start when it is aborted: its reason is raised, and the child killed. */
  readonly signal?: AbortSignal | undefined;
}

/** What to run: a program with its arguments, or a line for the shell. */
export type Command =
  | { readonly program: string; readonly args: readonly string[] }
  | { readonly line: string };

// A descriptor of Node's can be given to a child only once. So where both streams are to share a new pipe, the shell
// does it, in the child, and then becomes the program.
const SHARE_EXEC = 'exec "$0" "$@" 2>&1';
const SHARE_LINE = 'exec 2>&1\n';

/** Starts the child and waits until it has begun to run. One that is given up is killed. */
export function* spawnChild(
  command: Command,
  options: SubprocessOptions,
  loop: Loop,
): Generator<Future, ChildProcess, unknown> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { file, args, shell } = commandLine(command, options);
  const program = 'program' in command ? command.program : command.line;
  const { stdin = 'inherit', stdout = 'inherit' } = options;
  const stderr = options.stderr === STDOUT ? stdout : (options.stderr ?? 'inherit');
  const child = spawn(file, args, {
    // A pipe that both share is made once, for stdout.
    stdio: [stdin, stdout, sharesPipe(options) ? 'inherit' : stderr],
    shell,
    detached: options.startNewSession ?? false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  // When a child exits, Node lets flow what is left in its pipes; without a listener it would be lost.
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('readable', hold);
  const spawned = new Future<void>(loop);
  child.once('spawn', () => {
    if (!spawned.done()) spawned.setResult();
  });
  // Also what goes wrong later must not become an uncaught exception: a signal that cannot be sent is told its sender.
  child.on('error', (error) => {
    if (!spawned.done()) spawned.setException(cannotRun(program, options, error));
  });
  try {
    yield* abortable(spawned, signal);
  } catch (error) {
    child.kill('SIGKILL');
    for (const pipe of child.stdio) pipe?.destroy();
    throw error;
  }
  return child;
}

/** The pipes of the child have listeners now. */
export function releasePipes(child: ChildProcess): void {
  for (const pipe of [child.stdout, child.stderr]) pipe?.off('readable', hold);
}

function hold(): void {}

function sharesPipe({ stdout, stderr }: SubprocessOptions): boolean {
  return stderr === STDOUT && stdout === PIPE;
}

function commandLine(
  command: Command,
  options: SubprocessOptions,
): { file: string; args: string[]; shell: boolean } {
  const shares = sharesPipe(options);
  if ('line' in command) {
    return { file: shares ? SHARE_LINE + command.line : command.line, args: [], shell: true };
  }
  const { program, args } = command;
  if (!shares) return { file: program, args: [...args], shell: false };
  if (process.platform === 'win32') {
    throw new InvalidArgumentError(
      'Expected `stderr` not to be STDOUT with a pipe on Windows, which cannot do that; read both pipes',
    );
  }
  checkExecutable(program, options);
  return { file: '/bin/sh', args: ['-c', SHARE_EXEC, program, ...args], shell: false };
}

/** @throws ProcessError as the system would, before the shell tries and merely prints something. */
function checkExecutable(program: string, options: SubprocessOptions): void {
  const path = options.env === undefined ? process.env['PATH'] : options.env['PATH'];
  const places = program.includes('/')
    ? [program]
    : (path ?? '').split(delimiter).map((folder) => join(folder, program));
  let failure: unknown;
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK);
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw cannotRun(program, options, failure);
}

function cannotRun(program: string, { cwd }: SubprocessOptions, cause: unknown): ProcessError {
  const { code, message } = (cause ?? { code: 'ENOENT' }) as { code?: unknown; message?: unknown };
  const name = typeof code === 'string' ? code : 'ERR_PROCESS';
  const reason =
    name === 'ENOENT'
      ? `there is no such program${cwd === undefined ? '' : `, or no folder ${String(cwd)}`}`
      : name === 'EACCES'
        ? 'it may not be executed'
        : String(message);
  return new ProcessError(name, `Cannot run ${describe(program)}: ${reason} (${name})`, program, {
    cause,
  });
}
