/**
 * Runs a child process to its end while the greenlet is parked, and gives what `spawnSync` gives.
 *
 * Kept from the original: the run is over when the child has ended *and* its pipes are closed, except after a
 * timeout or an overflow, when the pipes are given up at once; `maxBuffer` counts all pipes together; the error of
 * a pipe (a child that does not read its input) counts only if nothing else went wrong.
 */
import { afterRealTime } from '../loop/index.ts';
import {
  type ChildProcess,
  spawn,
  type SpawnOptions,
  type SpawnSyncReturns,
} from 'node:child_process';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import { Future } from '../future/index.ts';
import { wait } from '../hub/index.ts';
import type { SpawnPlan } from './spawn-arguments.ts';

export type SpawnResult = SpawnSyncReturns<string | Buffer | null>;

const DEFAULT_MAX_BUFFER = 1024 * 1024;

const startNow = spawn;

/** Null if the child could not be started at all: the original, asked again, says so in its own way. */
export function runToEnd(plan: SpawnPlan): SpawnResult | null {
  const child = tryStart(plan);
  if (child === null || child.pid === undefined) return null;
  const run = new ChildRun(child, plan);
  try {
    run.feed();
    wait(run.ended);
  } catch (error) {
    run.abandon();
    throw error;
  }
  return run.result();
}

function tryStart({ file, args, options, stdio }: SpawnPlan): ChildProcess | null {
  const {
    timeout: _timeout,
    killSignal: _killSignal,
    input: _input,
    encoding: _encoding,
    ...rest
  } = options;
  try {
    const child = startNow(file, args, {
      ...rest,
      signal: undefined,
      stdio: [...stdio],
    } as SpawnOptions);
    child.on('error', () => {});
    return child;
  } catch {
    return null;
  }
}

class ChildRun {
  readonly ended = new Future<void>();
  readonly #child: ChildProcess;
  readonly #plan: SpawnPlan;
  readonly #chunks: (Buffer[] | null)[];
  readonly #maxBuffer: number;
  #buffered = 0;
  #error: number | undefined;
  #pipeError: number | undefined;
  #status: number | null = null;
  #signal: NodeJS.Signals | null = null;
  #clearTimer: (() => void) | undefined;

  constructor(child: ChildProcess, plan: SpawnPlan) {
    this.#child = child;
    this.#plan = plan;
    this.#maxBuffer = plan.options.maxBuffer ?? DEFAULT_MAX_BUFFER;
    this.#chunks = plan.stdio.map((entry, i) =>
      entry === 'pipe' && i > 0 ? this.#collect(i) : null,
    );
    const { timeout } = plan.options;
    if (timeout)
      this.#clearTimer = afterRealTime(timeout, () => this.#stop(-os.constants.errno.ETIMEDOUT));
    child.on('exit', (status, signal) => {
      this.#status = status;
      this.#signal = signal;
    });
    // Not at 'exit': a grandchild may hold the pipes, and the limit is for the whole run.
    child.on('close', () => {
      this.#clearTimer?.();
      if (!this.ended.done()) this.ended.setResult();
    });
  }

  /** Gives the child its input, or the end of it. */
  feed(): void {
    const { stdin } = this.#child;
    if (stdin === null) return;
    stdin.on('error', (error: NodeJS.ErrnoException) => (this.#pipeError ??= error.errno));
    const { input } = this.#plan.options;
    if (!input) stdin.end();
    else if (typeof input === 'string') stdin.end(Buffer.from(input, this.#inputEncoding()));
    else stdin.end(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
  }

  #inputEncoding(): BufferEncoding | undefined {
    return this.#plan.options.encoding as BufferEncoding | undefined;
  }

  #collect(index: number): Buffer[] {
    const chunks: Buffer[] = [];
    const pipe = this.#child.stdio[index] as Readable;
    pipe.on('data', (chunk: Buffer) => {
      if (this.#error !== undefined) return;
      chunks.push(chunk);
      this.#buffered += chunk.length;
      if (this.#maxBuffer > 0 && this.#buffered > this.#maxBuffer)
        this.#stop(-os.constants.errno.ENOBUFS);
    });
    pipe.on('error', (error: NodeJS.ErrnoException) => (this.#pipeError ??= error.errno));
    return chunks;
  }

  #stop(error: number): void {
    this.#error = error;
    this.#kill();
  }

  #kill(): void {
    this.#clearTimer?.();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(this.#plan.options.killSignal);
    }
    for (const pipe of this.#child.stdio) pipe?.destroy();
  }

  /** Nobody waits any more: the child is not left behind. */
  abandon(): void {
    this.#kill();
    this.#child.unref();
  }

  result(): SpawnResult {
    const { options, file } = this.#plan;
    const encoding = options.encoding;
    const output = this.#chunks.map((chunks) => {
      const bytes = chunks === null ? null : Buffer.concat(chunks);
      return bytes === null || !encoding || encoding === 'buffer'
        ? bytes
        : bytes.toString(encoding);
    });
    const errno = this.#error ?? this.#pipeError;
    return {
      ...(errno === undefined ? {} : { error: spawnError(errno, this.#child, file) }),
      status: this.#status,
      signal: this.#signal,
      output,
      pid: this.#child.pid as number,
      stdout: output[1] ?? null,
      stderr: output[2] ?? null,
    };
  }
}

function spawnError(errno: number, child: ChildProcess, file: string): Error {
  const code = getSystemErrorName(errno);
  const path = child.spawnfile ?? file;
  const syscall = `spawnSync ${path}`;
  const spawnargs = child.spawnargs.slice(1);
  return Object.assign(new Error(`${syscall} ${code}`), { errno, code, syscall, path, spawnargs });
}
