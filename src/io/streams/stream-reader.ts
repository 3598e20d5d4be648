import { DataWaiter } from './data-waiter.ts';
import { checkInteger, InvalidStateError } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { getLoop, type Loop } from '../../loop/index.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { abortable, forCaller, operation, type Operation } from '../../task/index.ts';
import { ByteQueue } from './byte-queue.ts';
import { toBuffer } from '../transport/to-buffer.ts';
import { type Separator, toSeparators } from './separators.ts';
import { IncompleteReadError } from './incomplete-read-error.ts';
import { LimitOverrunError, LineTooLongError } from './limit-overrun-error.ts';

/** How many bytes a line may have, and half of what a reader buffers before it pauses its transport. */
export const DEFAULT_LIMIT: number = 64 * 1024;

export interface StreamReaderOptions {
  /** Bytes. Default `DEFAULT_LIMIT`. */
  readonly limit?: number | undefined;
  /** Default: this thread's. */
  readonly loop?: Loop | undefined;
}

/** What a reader can hold back when it has too much. */
export interface Pausable {
  pauseReading(): void;
  resumeReading(): void;
}

const NEWLINE = Buffer.from('\n');
const NOTHING = Buffer.alloc(0);
const NO_OPTIONS: SignalOptions = {};

/**
 * The reading end of a stream, asyncio's `StreamReader`. What it returns are Buffers, which may be views of a larger
 * piece of memory. One at a time may wait for data. A read takes what it returns in its last step, and keeps nothing
 * to itself before: one that is cancelled or aborted loses nothing that has come.
 *
 * @example
 * const line = await reader.readline()
 * const header = yield* reader.readexactly(4)
 * for await (const line of reader) console.log(line.toString())
 */
export class StreamReader {
  readonly #limit: number;
  readonly #loop: Loop;
  readonly #queue = new ByteQueue();
  #eof = false;
  #exception: unknown = undefined;
  #waiter: Future<void> | undefined = undefined;
  #transport: Pausable | undefined = undefined;
  #paused = false;

  /** @throws InvalidArgumentError if `limit` is not a whole number from 1 up */
  constructor({ limit = DEFAULT_LIMIT, loop = getLoop() }: StreamReaderOptions = {}) {
    this.#limit = checkInteger(limit, 'limit', 1);
    this.#loop = loop;
  }

  /** The error that every read raises, if there is one. */
  exception(): unknown {
    return this.#exception;
  }

  /** Makes every read raise `error`, from now on, also the one that waits. */
  setException(error: unknown): void {
    this.#exception = error;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter !== undefined && !waiter.done()) waiter.setException(error);
  }

  /** What is paused when more than twice the limit is buffered, and resumed when it is no more than the limit. */
  setTransport(transport: Pausable): void {
    this.#transport = transport;
  }

  /** Whether everything has been read. */
  atEof(): boolean {
    return this.#eof && this.#queue.length === 0;
  }

  /**
   * Appends what came. The reader keeps `data` itself, so it must not be changed afterwards.
   *
   * @throws InvalidStateError after `feedEof`
   */
  feedData(data: Uint8Array | string): void {
    if (this.#eof) {
      throw new InvalidStateError('Cannot feedData after feedEof: the stream has ended');
    }
    const chunk = toBuffer(data, 'data');
    if (chunk.length === 0) return;
    this.#queue.append(chunk);
    this.#wake();
    if (this.#transport !== undefined && !this.#paused && this.#queue.length > 2 * this.#limit) {
      this.#paused = true;
      this.#transport.pauseReading();
    }
  }

  /** Says that nothing more comes. */
  feedEof(): void {
    this.#eof = true;
    this.#wake();
  }

  /**
   * Up to `n` bytes, as soon as there are any; an empty Buffer at the end of the stream. Everything up to the end if
   * `n` is negative, as by default.
   */
  read(n: number = -1, options: SignalOptions = NO_OPTIONS): Operation<Buffer> {
    return forCaller(
      n < 0
        ? StreamReader.#readAll.call(this, options.signal)
        : StreamReader.#read.call(this, n, options.signal),
    );
  }

  static readonly #read = operation(function* (
    this: StreamReader,
    n: number,
    signal: AbortSignal | undefined,
  ) {
    checkInteger(n, 'n');
    this.#check();
    if (n === 0) return NOTHING;
    // A loop, because another one may have taken what this one was woken for.
    while (this.#queue.length === 0 && !this.#eof) {
      const waiter = this.#beginWait('read');
      try {
        if (signal === undefined) yield waiter;
        else yield* abortable(waiter, signal);
      } finally {
        this.#endWait(waiter);
      }
    }
    const data = this.#queue.take(n);
    this.#resumeIfDrained();
    return data;
  });

  static readonly #readAll = operation(function* (
    this: StreamReader,
    signal: AbortSignal | undefined,
  ) {
    yield* this.untilEnd(signal);
    return this.takeRest();
  });

  /** @internal Waits for the end of the stream. What comes meanwhile is kept, for `takeRest`. */
  *untilEnd(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    for (;;) {
      this.#check();
      if (this.#eof) return;
      yield* this.#waitForData('read', signal);
    }
  }

  /** @internal Everything that has come and was not read. */
  takeRest(): Buffer {
    const data = this.#queue.take(Infinity);
    this.#resumeIfDrained();
    return data;
  }

  /**
   * A line with its `\n`; without one if the stream ends before it; an empty Buffer at the end of the stream.
   *
   * @throws LineTooLongError if it is longer than the limit; what has come of it is dropped
   */
  readline(options: SignalOptions = NO_OPTIONS): Operation<Buffer> {
    return forCaller(StreamReader.#readline.call(this, options.signal));
  }

  static readonly #readline = operation(function* (
    this: StreamReader,
    signal: AbortSignal | undefined,
  ) {
    try {
      return yield* this.#until([NEWLINE], 'readline', signal);
    } catch (error) {
      if (error instanceof IncompleteReadError) return error.partial;
      if (!(error instanceof LimitOverrunError)) throw error;
      if (this.#queue.indexOf(NEWLINE, error.consumed) === error.consumed) {
        this.#queue.take(error.consumed + 1);
      } else {
        this.#queue.clear();
      }
      this.#resumeIfDrained();
      throw new LineTooLongError(
        `A line is longer than ${this.#limit} bytes; a larger \`limit\` allows it, and readuntil() keeps what has come`,
        { cause: error },
      );
    }
  });

  /**
   * Exactly `n` bytes.
   *
   * @throws IncompleteReadError if the stream ends before
   */
  readexactly(n: number, options: SignalOptions = NO_OPTIONS): Operation<Buffer> {
    return forCaller(StreamReader.#readexactly.call(this, n, options.signal));
  }

  static readonly #readexactly = operation(function* (
    this: StreamReader,
    n: number,
    signal: AbortSignal | undefined,
  ) {
    checkInteger(n, 'n', 0);
    this.#check();
    if (n === 0) return NOTHING;
    while (this.#queue.length < n) {
      if (this.#eof) throw new IncompleteReadError(this.#queue.take(Infinity), n);
      const waiter = this.#beginWait('readexactly');
      try {
        if (signal === undefined) yield waiter;
        else yield* abortable(waiter, signal);
      } finally {
        this.#endWait(waiter);
      }
    }
    const data = this.#queue.take(n);
    this.#resumeIfDrained();
    return data;
  });

  /**
   * Everything up to the first separator, and the separator. Of several separators the one that ends first counts.
   *
   * @throws LimitOverrunError if it would be longer than the limit, not counting the separator
   * @throws IncompleteReadError if the stream ends before
   */
  readuntil(
    separator: Separator | readonly Separator[] = NEWLINE,
    options: SignalOptions = NO_OPTIONS,
  ): Operation<Buffer> {
    return forCaller(StreamReader.#readuntil.call(this, separator, options.signal));
  }

  static readonly #readuntil = operation(function* (
    this: StreamReader,
    separator: Separator | readonly Separator[],
    signal: AbortSignal | undefined,
  ) {
    return yield* this.#until(toSeparators(separator), 'readuntil', signal);
  });

  /** The lines of the stream, for `for await`. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    return {
      next: async () => {
        const line = await this.readline();
        return line.length === 0 ? { done: true, value: undefined } : { done: false, value: line };
      },
    };
  }

  /** `separators`: the shortest first. */
  *#until(
    separators: readonly Buffer[],
    caller: string,
    signal: AbortSignal | undefined,
  ): Generator<Future, Buffer, unknown> {
    this.#check();
    const queue = this.#queue;
    const longest = (separators.at(-1) as Buffer).length;
    // No separator begins before this.
    let offset = 0;
    for (;;) {
      const length = queue.length;
      let start = -1;
      let end = Infinity;
      for (const separator of separators) {
        const at = queue.indexOf(separator, offset);
        if (at >= 0 && at + separator.length < end) {
          start = at;
          end = at + separator.length;
        }
      }
      if (start > this.#limit) {
        throw new LimitOverrunError(
          `The separator comes after ${start} bytes, and the limit is ${this.#limit}`,
          start,
        );
      }
      if (start >= 0) {
        const data = queue.take(end);
        this.#resumeIfDrained();
        return data;
      }
      // The last bytes may be the beginning of a separator.
      offset = Math.max(offset, length + 1 - longest);
      if (offset > this.#limit) {
        throw new LimitOverrunError(
          `There is no separator in the first ${offset} bytes, and the limit is ${this.#limit}`,
          offset,
        );
      }
      if (this.#eof) throw new IncompleteReadError(queue.take(Infinity));
      yield* this.#waitForData(caller, signal);
      if (queue.length < length) offset = 0;
    }
  }

  /** What read() and readexactly() have written out: for small messages a generator less is worth it. */
  *#waitForData(caller: string, signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    const waiter = this.#beginWait(caller);
    try {
      if (signal === undefined) yield waiter;
      else yield* abortable(waiter, signal);
    } finally {
      this.#endWait(waiter);
    }
  }

  #beginWait(caller: string): Future<void> {
    if (this.#waiter !== undefined) {
      throw new InvalidStateError(
        `${caller}() called while another read waits for data; let one task read and hand on what it gets`,
      );
    }
    const waiter = new DataWaiter(this.#loop);
    this.#waiter = waiter;
    // Waiting with the transport paused would be waiting for ever: more than the limit may be wanted.
    if (this.#paused) {
      this.#paused = false;
      this.#transport?.resumeReading();
    }
    return waiter;
  }

  #endWait(waiter: Future<void>): void {
    if (this.#waiter === waiter) this.#waiter = undefined;
  }

  #check(): void {
    if (this.#exception !== undefined) throw this.#exception;
  }

  #wake(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    if (!waiter.done()) waiter.setResult();
  }

  #resumeIfDrained(): void {
    if (!this.#paused || this.#queue.length > this.#limit) return;
    this.#paused = false;
    this.#transport?.resumeReading();
  }
}
