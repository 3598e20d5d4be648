import { type ChildProcess, spawn } from 'node:child_process';
import { describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import type { Loop } from '../../loop/index.ts';
import { abortable } from '../../task/index.ts';
import { ChildStreams, type Redirections } from './child-streams.ts';
import { ProcessError } from './process-error.ts';

export interface SubprocessOptions extends Redirections {
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

/** A child that runs, and the pipes to it, which are the caller's. */
export interface SpawnedChild {
  readonly child: ChildProcess;
  readonly streams: ChildStreams;
}

/**
 * Starts the child and waits until it has begun to run. One that is given up is killed.
 *
 * @throws ProcessError if the system refuses it
 * @throws InvalidArgumentError if Node does
 */
export function* spawnChild(
  command: Command,
  options: SubprocessOptions,
  loop: Loop,
): Generator<Future, SpawnedChild, unknown> {
  const { signal } = options;
  signal?.throwIfAborted();
  const program = nameOf(command);
  const { child, streams } = start(command, options);
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
    streams.close();
    throw error;
  }
  return { child, streams };
}

/** What is run, for messages. */
export function nameOf(command: Command): string {
  return 'program' in command ? command.program : command.line;
}

/** Some errors Node throws, and some come as an event later. */
function start(command: Command, options: SubprocessOptions): SpawnedChild {
  let streams: ChildStreams | undefined;
  try {
    streams = new ChildStreams(options);
    const [file, args] = 'line' in command ? [command.line, []] : [command.program, command.args];
    const child = spawn(file, [...args], {
      stdio: streams.stdio,
      shell: 'line' in command,
      detached: options.startNewSession ?? false,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    streams.started(child);
    return { child, streams };
  } catch (error) {
    streams?.close();
    throw refusal(nameOf(command), options, error);
  }
}

function refusal(program: string, options: SubprocessOptions, error: unknown): Error {
  if (error instanceof InvalidArgumentError) return error;
  // An argument that Node does not pass on to the system.
  if (error instanceof TypeError || error instanceof RangeError) {
    return new InvalidArgumentError(`Cannot run ${describe(program)}: ${error.message}`, {
      cause: error,
    });
  }
  return cannotRun(program, options, error);
}

function cannotRun(program: string, { cwd }: SubprocessOptions, cause: unknown): ProcessError {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const name = typeof code === 'string' ? code : 'ERR_PROCESS';
  const folder = cwd === undefined ? '' : `, or no folder ${String(cwd)}`;
  const reasons: Readonly<Record<string, string>> = {
    E2BIG: 'its arguments and the environment are longer than the system allows',
    EACCES: 'it may not be executed',
    EBADF: 'a descriptor that it is to be given is not open',
    EMFILE: 'this process has too many open files',
    ENAMETOOLONG: 'its name is longer than the system allows',
    ENOENT: `there is no such program${folder}`,
    ENOTDIR: `what stands for a folder in its path${cwd === undefined ? '' : `, or in ${String(cwd)},`} is none`,
  };
  const reason = reasons[name] ?? String(message);
  return new ProcessError(name, `Cannot run ${describe(program)}: ${reason} (${name})`, program, {
    cause,
  });
}
