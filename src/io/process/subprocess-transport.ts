import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import type { RunInContext } from '../../context/index.ts';
import type { Loop } from '../../loop/index.ts';
import { ProcessError } from './process-error.ts';
import type { BaseProtocol, StreamingProtocol, SubprocessProtocol } from '../transport/protocol.ts';
import type { ChildStreams } from './child-streams.ts';
import type { SpawnedChild } from './spawn-child.ts';
import { ReadPipeTransport, WritePipeTransport } from '../pipe/pipe-transport.ts';
import type { SocketTransport } from '../transport/socket-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { Turn } from '../transport/turn.ts';
import { Latch } from '../transport/latch.ts';

type Refusal = Pick<NodeJS.ErrnoException, 'code' | 'message'>;

const GONE: Refusal = { code: 'ESRCH', message: 'it has ended' };
const NAMES = ['stdin', 'stdout', 'stderr'] as const;

/** What `getExtraInfo` knows of a child process. */
export interface SubprocessInfo {
  /** Node's object. It has no streams: pipes are the transports'. */
  readonly subprocess: ChildProcess;
}

/** What the protocol of a child has to do with its process. */
export type ProcessProtocol = BaseProtocol<SubprocessTransport> &
  Pick<SubprocessProtocol, 'processExited'>;

export interface SubprocessTransportOptions {
  readonly loop: Loop;
  readonly context: RunInContext;
  /** What was run, for errors. */
  readonly program: string;
  /** The protocol for a pipe of the child that `transport` stands for. */
  readonly pipeProtocol: (fd: number, transport: SubprocessTransport) => StreamingProtocol;
}

/**
 * asyncio's `SubprocessTransport`: a child process and the pipes to it. The protocol hears of the process first, then
 * of data and ends of pipes and of the exit, in whatever order these come; `connectionLost` is last, when the process
 * has ended and all pipes are closed.
 */
export class SubprocessTransport {
  readonly #child: ChildProcess;
  readonly #streams: ChildStreams;
  #protocol: ProcessProtocol;
  readonly #options: SubprocessTransportOptions;
  readonly #turn: Turn;
  readonly #pipes = new Map<number, ReadPipeTransport | WritePipeTransport>();
  readonly #openPipes = new Set<SocketTransport>();
  /** @internal Done when the protocol has been told of the process. */
  readonly made: Future<void>;
  /** @internal Opened when the process has ended. Its pipes may still be open, in this process or a grandchild. */
  readonly exited: Latch = new Latch('the end of a process');
  #returncode: number | undefined;
  #endTold = false;
  #closed = false;

  /** @internal */
  constructor(
    { child, streams }: SpawnedChild,
    protocol: ProcessProtocol,
    options: SubprocessTransportOptions,
  ) {
    this.#child = child;
    this.#streams = streams;
    this.#protocol = protocol;
    this.#options = options;
    this.made = new Future<void>(options.loop);
    const deliver = (): void => this.#deliver();
    this.#turn = new Turn(options.loop, () => options.context(deliver));
    this.#turn.request();
    // It may be over already.
    if (child.exitCode === null && child.signalCode === null) child.once('exit', this.#onExit);
    else this.#onExit();
  }

  getPid(): number {
    return this.#child.pid as number;
  }

  /** The exit status; -N if signal N ended it; undefined while it runs. */
  getReturncode(): number | undefined {
    return this.#returncode;
  }

  /** The transport of a pipe: 0 is stdin, 1 stdout, 2 stderr. */
  getPipeTransport(fd: number): Transport | undefined {
    return this.#pipes.get(fd);
  }

  getExtraInfo<K extends keyof SubprocessInfo>(name: K): SubprocessInfo[K] | undefined;
  getExtraInfo<K extends keyof SubprocessInfo, D>(name: K, fallback: D): SubprocessInfo[K] | D;
  getExtraInfo<K extends keyof SubprocessInfo, D = undefined>(
    name: K,
    fallback?: D,
  ): SubprocessInfo[K] | D | undefined {
    const all: SubprocessInfo = { subprocess: this.#child };
    return all[name] ?? fallback;
  }

  /** From now on `protocol` is told, also of the pipes; it gets no `connectionMade`. */
  setProtocol(protocol: SubprocessProtocol): void {
    this.#protocol = protocol;
  }

  getProtocol(): SubprocessProtocol {
    return this.#protocol;
  }

  /**
   * @throws ProcessError `ESRCH` if it has ended, `EPERM` if it runs as somebody else
   * @throws InvalidArgumentError if there is no such signal
   */
  sendSignal(signal: NodeJS.Signals | number): void {
    const refused = this.#returncode === undefined ? this.#kill(signal) : GONE;
    if (refused === undefined) return;
    const { program } = this.#options;
    const { code } = refused;
    const reason =
      code === 'ESRCH'
        ? 'it has ended'
        : code === 'EPERM'
          ? 'that is not permitted'
          : refused.message;
    throw new ProcessError(
      code ?? 'ERR_PROCESS',
      `Cannot send ${signal} to ${program}, process ${this.getPid()}: ${reason} (${code})`,
      program,
      refused === GONE ? undefined : { cause: refused },
    );
  }

  /** Why not, if it cannot: Node tells of some reasons by an event, inside of the call. */
  #kill(signal: NodeJS.Signals | number): Refusal | undefined {
    let refused: NodeJS.ErrnoException | undefined;
    const note = (error: NodeJS.ErrnoException): void => void (refused = error);
    this.#child.once('error', note);
    try {
      if (this.#child.kill(signal)) return undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new InvalidArgumentError(
        `Expected a signal, such as 'SIGTERM', got ${describe(signal)}`,
        {
          cause: error,
        },
      );
    } finally {
      this.#child.off('error', note);
    }
    return refused ?? GONE;
  }

  /** Sends SIGTERM. */
  terminate(): void {
    this.sendSignal('SIGTERM');
  }

  /** Sends SIGKILL. */
  kill(): void {
    this.sendSignal('SIGKILL');
  }

  isClosing(): boolean {
    return this.#closed;
  }

  /** Closes the pipes, and kills the process if it still runs. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pipe of this.#openPipes) pipe.close();
    if (this.#returncode === undefined) this.#child.kill('SIGKILL');
  }

  /** @internal A pipe is open. */
  addTransport(pipe: SocketTransport): void {
    this.#openPipes.add(pipe);
  }

  /** @internal A pipe is closed, and its protocol knows. */
  removeTransport(pipe: SocketTransport): void {
    this.#openPipes.delete(pipe);
    this.#turn.request();
  }

  readonly #onExit = (): void => {
    const { exitCode, signalCode } = this.#child;
    this.#returncode = exitCode ?? -constants.signals[signalCode as NodeJS.Signals];
    const stdin = this.#pipes.get(0);
    if (stdin instanceof WritePipeTransport) stdin.assumeReaderGone();
    this.#turn.request();
  };

  #deliver(): void {
    try {
      if (!this.made.done()) {
        this.#openAll();
        this.made.setResult();
        this.#protocol.connectionMade?.(this);
        if (this.#closed) for (const pipe of this.#openPipes) pipe.close();
      }
      if (this.#returncode !== undefined && !this.exited.opened) {
        this.exited.open();
        this.#protocol.processExited?.();
      }
    } catch (error) {
      this.close();
      // Those that have no transport.
      this.#streams.close();
      throw error;
    } finally {
      if (this.exited.opened && this.#openPipes.size === 0 && !this.#endTold) {
        this.#closed = true;
        this.#endTold = true;
        this.#protocol.connectionLost?.(undefined);
      }
    }
  }

  /** The pipes tell their protocols in turns of their own, which come after that of the process. */
  #openAll(): void {
    const { loop, context, pipeProtocol } = this.#options;
    for (const [fd, opened] of this.#streams.take()) {
      const Transport = fd === 0 ? WritePipeTransport : ReadPipeTransport;
      const pipe = new Transport(opened, opened.fd ?? opened.socket, pipeProtocol(fd, this), {
        loop,
        context,
        place: { path: `the ${NAMES[fd]} of process ${this.getPid()}` },
        owner: this,
      });
      this.#pipes.set(fd, pipe);
    }
    // Nothing told of an exit that came before.
    if (this.#returncode !== undefined) this.#onExit();
  }
}
