import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { Future } from '../../future/index.ts';
import type { RunInContext } from '../../context/index.ts';
import type { Loop } from '../../loop/index.ts';
import { ProcessError } from './process-error.ts';
import type { BaseProtocol, StreamingProtocol, SubprocessProtocol } from '../transport/protocol.ts';
import { releasePipes } from './spawn-child.ts';
import { SocketTransport } from '../transport/socket-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { Turn } from '../transport/turn.ts';
import { Latch } from '../transport/latch.ts';

/** What `getExtraInfo` knows of a child process. */
export interface SubprocessInfo {
  /** Node's object. To read its pipes or write to them past the transports confuses both. */
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
  #protocol: ProcessProtocol;
  readonly #options: SubprocessTransportOptions;
  readonly #turn: Turn;
  readonly #pipes = new Map<number, SocketTransport>();
  readonly #openPipes = new Set<SocketTransport>();
  /** @internal Done when the protocol has been told of the process. */
  readonly made: Future<void>;
  /** @internal Opened when all is over. */
  readonly ended: Latch = new Latch('the end of a process');
  #returncode: number | undefined;
  #exitTold = false;
  #closed = false;

  /** @internal */
  constructor(child: ChildProcess, protocol: ProcessProtocol, options: SubprocessTransportOptions) {
    this.#child = child;
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

  /** @throws ProcessError `ESRCH` if it has ended */
  sendSignal(signal: NodeJS.Signals | number): void {
    if (this.#returncode === undefined && this.#child.kill(signal)) return;
    const { program } = this.#options;
    throw new ProcessError(
      'ESRCH',
      `Cannot send ${signal} to ${program}, process ${this.getPid()}: it has ended (ESRCH)`,
      program,
    );
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
      if (this.#returncode !== undefined && !this.#exitTold) {
        this.#exitTold = true;
        this.#protocol.processExited?.();
      }
    } catch (error) {
      this.close();
      throw error;
    } finally {
      if (this.#exitTold && this.#openPipes.size === 0 && !this.ended.opened) {
        this.#closed = true;
        this.ended.open();
        this.#protocol.connectionLost?.(undefined);
      }
    }
  }

  /** The pipes tell their protocols in turns of their own, which come after that of the process. */
  #openAll(): void {
    const { loop, context, pipeProtocol } = this.#options;
    const streams = [this.#child.stdin, this.#child.stdout, this.#child.stderr];
    for (const [fd, stream] of streams.entries()) {
      if (stream === null) continue;
      // Node's pipes to a child are sockets of its.
      const pipe = new SocketTransport(stream as unknown as Socket, pipeProtocol(fd, this), {
        loop,
        context,
        place: { path: `the ${['stdin', 'stdout', 'stderr'][fd]} of process ${this.getPid()}` },
        owner: this,
      });
      this.#pipes.set(fd, pipe);
    }
    releasePipes(this.#child);
  }
}
