import { InvalidStateError } from '../../errors/index.ts';
import { toConnectionError } from '../connect/connection-error.ts';
import type { PipeLike, PipeSocket } from './pipe-socket.ts';
import type { StreamingProtocol } from '../transport/protocol.ts';
import { SocketTransport, type SocketTransportOptions } from '../transport/socket-transport.ts';
import type { ExtraInfo } from '../transport/transport.ts';
import { watchReader } from './watch-reader.ts';

/** Standard input, output and error. */
const LAST_STANDARD = 2;

/** What is different in a pipe, whichever end it is. */
abstract class PipeTransport extends SocketTransport {
  readonly #pipe: PipeLike;

  constructor(
    opened: PipeSocket,
    pipe: PipeLike,
    protocol: StreamingProtocol,
    options: SocketTransportOptions,
  ) {
    const { fd } = opened;
    const place = fd === undefined ? {} : { place: { path: `the pipe of descriptor ${fd}` } };
    super(opened.socket, protocol, { ...place, ...options, halfOpen: false });
    this.#pipe = pipe;
  }

  override getExtraInfo<K extends keyof ExtraInfo, D = undefined>(
    name: K,
    fallback?: D,
  ): ExtraInfo[K] | D | undefined {
    if (name === 'pipe') return this.#pipe as ExtraInfo[K];
    return super.getExtraInfo(name, fallback);
  }
}

/** asyncio's `ReadTransport` of a pipe. Its end closes it, also if `eofReceived` returns true. */
export class ReadPipeTransport extends PipeTransport {
  override write(): void {
    throw new InvalidStateError(
      'Cannot write to a pipe that `connectReadPipe` made a transport of; use `connectWritePipe`',
    );
  }

  override writeEof(): void {
    throw new InvalidStateError('Cannot end what is never written to: this end of a pipe is read');
  }

  override canWriteEof(): boolean {
    return false;
  }
}

/**
 * asyncio's `WriteTransport` of a pipe. The protocol is never told of data: what a socket sends is read for its end
 * only, and dropped. When the reader goes away the connection is lost: with EPIPE, if something was still to be sent.
 */
export class WritePipeTransport extends PipeTransport {
  #watched = false;

  constructor(
    opened: PipeSocket,
    pipe: PipeLike,
    protocol: StreamingProtocol,
    options: SocketTransportOptions,
  ) {
    super(opened, pipe, protocol, { ...options, reads: false });
    const { socket, fd, duplex, fifo } = opened;
    // These are open to the end, so they must not keep the process alive.
    const standard = fd !== undefined && fd <= LAST_STANDARD;
    if (duplex) {
      socket.once('end', () => this.#onGone()).resume();
      if (standard) socket.unref();
    } else if (fifo && fd !== undefined && !standard) {
      const endWatch = watchReader(fd, () => this.#onGone());
      if (endWatch === undefined) return;
      this.#watched = true;
      socket.once('close', endWatch);
    }
  }

  /**
   * @internal The process that was to read has ended. Where nothing else would tell that the reader is gone, this does,
   * though another process may have inherited its end.
   */
  assumeReaderGone(): void {
    if (!this.#watched) this.#onGone();
  }

  #onGone(): void {
    if (this.getWriteBufferSize() === 0) this.close();
    else this.abortWith(toConnectionError('Lost the connection to', this.place, { code: 'EPIPE' }));
  }

  /** Nothing follows, and nothing comes: that is the end. */
  override writeEof(): void {
    this.close();
  }

  override canWriteEof(): boolean {
    return true;
  }

  override pauseReading(): void {}

  override resumeReading(): void {}

  override isReading(): boolean {
    return false;
  }
}
