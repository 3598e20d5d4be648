import { InvalidArgumentError, InvalidStateError } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { operation, type Operation, Task } from '../../task/index.ts';
import { ConnectionError } from '../connect/connection-error.ts';
import type { StreamProtocol } from '../streams/stream-protocol.ts';
import type { StreamReader } from '../streams/stream-reader.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { StreamWriter } from '../streams/stream-writer.ts';
import type { SubprocessTransport } from './subprocess-transport.ts';

const NAMES = ['stdin', 'stdout', 'stderr'] as const;
const NO_OPTIONS: SignalOptions = {};

/** A child process with streams: asyncio's `Process`. */
export class Process {
  readonly #transport: SubprocessTransport;
  readonly #pipes: ReadonlyMap<number, StreamProtocol>;
  readonly #stdin: StreamWriter | undefined;

  /** @internal */
  constructor(transport: SubprocessTransport, pipes: ReadonlyMap<number, StreamProtocol>) {
    this.#transport = transport;
    this.#pipes = pipes;
    const protocol = pipes.get(0);
    const pipe = transport.getPipeTransport(0);
    this.#stdin =
      protocol === undefined || pipe === undefined ? undefined : new StreamWriter(pipe, protocol);
  }

  get pid(): number {
    return this.#transport.getPid();
  }

  /** The exit status; -N if signal N ended it; undefined while it runs. */
  get returncode(): number | undefined {
    return this.#transport.getReturncode();
  }

  /** @throws InvalidStateError unless `stdin: PIPE` was given, as the other two */
  get stdin(): StreamWriter {
    return this.#stdin ?? noPipe(0);
  }

  get stdout(): StreamReader {
    return this.#pipes.get(1)?.reader ?? noPipe(1);
  }

  get stderr(): StreamReader {
    return this.#pipes.get(2)?.reader ?? noPipe(2);
  }

  /**
   * Waits until the process has ended; the result is the return code. What it has written can still be read. With more
   * to write than a pipe holds, and nobody who reads it, it never ends: use `communicate`.
   */
  wait(options: SignalOptions = NO_OPTIONS): Operation<number> {
    return Process.#wait.call(this, options.signal);
  }

  static readonly #wait = operation(function* (this: Process, signal: AbortSignal | undefined) {
    yield* this.#transport.exited.passed(signal);
    return this.returncode as number;
  });

  /**
   * Writes `input` to stdin and closes it, reads stdout and stderr to their ends, and waits for the process. The
   * result is `[stdout, stderr]`; undefined for what is no pipe. A child that does not read its input is no error. A
   * call that is cancelled or aborted loses nothing: the next one gives the whole output. The input it was given is
   * still sent, so the next one needs none.
   *
   * @throws InvalidArgumentError if there is input, and stdin is no pipe
   */
  communicate(
    input?: Uint8Array | string,
    options: SignalOptions = NO_OPTIONS,
  ): Operation<[stdout: Buffer | undefined, stderr: Buffer | undefined]> {
    return Process.#communicate.call(this, input, options.signal);
  }

  static readonly #communicate = operation(function* (
    this: Process,
    input: Uint8Array | string | undefined,
    signal: AbortSignal | undefined,
  ) {
    if (input !== undefined && this.#stdin === undefined) {
      throw new InvalidArgumentError(
        'Expected no `input`, since stdin is no pipe; start it with `stdin: PIPE`',
      );
    }
    const readers = [1, 2].map((fd) => this.#pipes.get(fd)?.reader);
    const ends = readers.map((reader) => reader && new Task<void>(() => reader.untilEnd(signal)));
    try {
      if (this.#stdin !== undefined) yield* feed(this.#stdin, input, signal);
      for (const end of ends) if (end !== undefined) yield* end;
      yield* this.wait({ signal });
    } finally {
      for (const end of ends) end?.cancel();
    }
    // Only now, in one step: a call that is given up before has taken nothing.
    const [stdout, stderr] = readers.map((reader) => reader?.takeRest());
    return [stdout, stderr] as [Buffer | undefined, Buffer | undefined];
  });

  /** @throws ProcessError `ESRCH` if it has ended */
  sendSignal(signal: NodeJS.Signals | number): void {
    this.#transport.sendSignal(signal);
  }

  /** Sends SIGTERM. */
  terminate(): void {
    this.#transport.terminate();
  }

  /** Sends SIGKILL. */
  kill(): void {
    this.#transport.kill();
  }
}

function* feed(
  stdin: StreamWriter,
  input: Uint8Array | string | undefined,
  signal: AbortSignal | undefined,
): Generator<Future | undefined, void, unknown> {
  try {
    if (input !== undefined) {
      stdin.write(input);
      yield* stdin.drain({ signal });
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
  stdin.close();
}

function noPipe(fd: 0 | 1 | 2): never {
  const name = NAMES[fd];
  throw new InvalidStateError(
    `The process has no ${name} to use: it is no pipe; start it with \`${name}: PIPE\``,
  );
}
