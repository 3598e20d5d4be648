import type { ChildProcess, StdioOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Stream } from 'node:stream';
import { InvalidArgumentError } from '../../errors/index.ts';
import { checkPipe, type PipeSocket } from '../pipe/pipe-socket.ts';
import { openPipe } from './open-pipe.ts';

/** A pipe to the child. */
export const PIPE = 'pipe';
/** For `stderr`: where `stdout` goes. */
export const STDOUT = 'stdout';
/** Nowhere, and from nowhere. */
export const DEVNULL = 'ignore';

/** Where a stream of the child leads: one of the constants, `'inherit'`, a file descriptor, or a stream that has one. */
export type Redirection = typeof PIPE | typeof DEVNULL | 'inherit' | number | Stream;

export interface Redirections {
  readonly stdin?: Redirection | undefined;
  readonly stdout?: Redirection | undefined;
  readonly stderr?: Redirection | typeof STDOUT | undefined;
}

/** Of a child's descriptors these three are redirected. */
type Standard = 0 | 1 | 2;

/**
 * Where the three streams of a child lead. A pipe is one of the system's own: its one end is the child's, by its
 * descriptor, for as many of the child's as are to share it; the other end becomes a transport's.
 *
 * On Windows pipes have to be Node's.
 */
export class ChildStreams {
  /** For Node's `spawn`. */
  readonly stdio: StdioOptions;
  #childEnds: number[] = [];
  readonly #ownEnds = new Map<Standard, number>();
  #nodePipes: Map<Standard, Socket> | undefined;

  /**
   * @throws an error of the system's if there are no more descriptors
   * @throws InvalidArgumentError for STDOUT with a pipe on Windows
   */
  constructor({ stdin = 'inherit', stdout = 'inherit', stderr = 'inherit' }: Redirections) {
    try {
      const output = this.#redirect(1, stdout);
      const errors = stderr === STDOUT ? sharedWith(output) : this.#redirect(2, stderr);
      this.stdio = [this.#redirect(0, stdin), output, errors];
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #redirect(fd: Standard, redirection: Redirection): Redirection {
    if (redirection !== PIPE || process.platform === 'win32') return redirection;
    const [reading, writing] = openPipe();
    const [child, own] = fd === 0 ? [reading, writing] : [writing, reading];
    this.#childEnds.push(child);
    this.#ownEnds.set(fd, own);
    return child;
  }

  /** The child has its ends now. */
  started(child: ChildProcess): void {
    this.#closeChildEnds();
    if (process.platform !== 'win32') return;
    const streams = [child.stdin, child.stdout, child.stderr] as (Socket | null)[];
    this.#nodePipes = new Map();
    for (const [fd, pipe] of streams.entries()) {
      if (pipe === null) continue;
      this.#nodePipes.set(fd as Standard, pipe);
      // When a child exits, Node lets flow what is left in its pipes; without a listener it would be lost.
      if (fd > 0) pipe.on('readable', hold);
    }
  }

  /** The other ends of the pipes, from now on the caller's. */
  *take(): Generator<[fd: Standard, pipe: PipeSocket]> {
    for (const [fd, own] of this.#ownEnds) {
      this.#ownEnds.delete(fd);
      yield [fd, checkPipe(own, fd === 0 ? 'write' : 'read')()];
    }
    for (const [fd, socket] of this.#nodePipes ?? []) {
      yield [fd, { socket, fd: undefined, duplex: false, fifo: false }];
      socket.off('readable', hold);
    }
  }

  /** Closes what nobody has taken. */
  close(): void {
    this.#closeChildEnds();
    for (const own of this.#ownEnds.values()) closeSync(own);
    this.#ownEnds.clear();
    for (const pipe of this.#nodePipes?.values() ?? []) pipe.destroy();
  }

  #closeChildEnds(): void {
    for (const end of this.#childEnds) closeSync(end);
    this.#childEnds = [];
  }
}

function hold(): void {}

/** What gives a second descriptor of the child the same place. */
function sharedWith(output: Redirection): Redirection {
  // Inherited by its own number it would be this process's stderr.
  if (output === 'inherit') return 1;
  if (output === PIPE) {
    throw new InvalidArgumentError(
      'Expected `stderr` not to be STDOUT with a pipe on Windows, which cannot do that; read both pipes',
    );
  }
  return output;
}
