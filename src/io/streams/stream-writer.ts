import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { emptyOperation, forCaller, operation, type Operation } from '../../task/index.ts';
import { upgradeBehind } from '../tls/start-tls.ts';
import type { StreamProtocol } from './stream-protocol.ts';
import type { SignalOptions } from '../../sync/index.ts';
import type { ExtraInfo, Transport } from '../transport/transport.ts';

export interface StartTlsOptions extends SignalOptions {
  /** Milliseconds. Default a minute. */
  readonly sslHandshakeTimeout?: number | undefined;
}

const NO_OPTIONS: SignalOptions = {};

/**
 * The writing end of a stream, asyncio's `StreamWriter`. `write` never waits; `drain` waits while too much is
 * under way.
 *
 * @example
 * writer.write('GET / HTTP/1.0\r\n\r\n')
 * await writer.drain()
 */
export class StreamWriter {
  #transport: Transport;
  readonly #protocol: StreamProtocol;

  /** @internal */
  constructor(transport: Transport, protocol: StreamProtocol) {
    this.#transport = transport;
    this.#protocol = protocol;
  }

  get transport(): Transport {
    return this.#transport;
  }

  /** Sends `data`, text as UTF-8. See `Transport.write`. */
  write(data: Uint8Array | string): void {
    this.#transport.write(data);
  }

  writelines(list: Iterable<Uint8Array | string>): void {
    this.#transport.writelines(list);
  }

  /**
   * Says that no more is written; the reader goes on.
   *
   * @throws InvalidStateError over TLS, which ends both ways only: `canWriteEof()` tells
   */
  writeEof(): void {
    this.#transport.writeEof();
  }

  /** Whether `writeEof` can be used. */
  canWriteEof(): boolean {
    return this.#transport.canWriteEof();
  }

  /** Closes the connection, both ways, after what has been written is sent. */
  close(): void {
    this.#transport.close();
  }

  isClosing(): boolean {
    return this.#transport.isClosing();
  }

  getExtraInfo<K extends keyof ExtraInfo>(name: K): ExtraInfo[K] | undefined;
  getExtraInfo<K extends keyof ExtraInfo, D>(name: K, fallback: D): ExtraInfo[K] | D;
  getExtraInfo<K extends keyof ExtraInfo, D = undefined>(
    name: K,
    fallback?: D,
  ): ExtraInfo[K] | D | undefined {
    return this.#transport.getExtraInfo(name, fallback);
  }

  /**
   * Waits until the connection can take more: not at all, unless the high-water mark was passed; then until no more
   * than the low-water mark is left.
   *
   * @throws ConnectionError if the connection is lost
   */
  drain(options: SignalOptions = NO_OPTIONS): Operation<void> {
    const { reader, flow } = this.#protocol;
    // Nearly always there is nothing to wait for.
    if (flow.open && reader.exception() === undefined && !this.#transport.isClosing())
      return emptyOperation();
    return forCaller(StreamWriter.#drain.call(this, options.signal));
  }

  static readonly #drain = operation(function* (
    this: StreamWriter,
    signal: AbortSignal | undefined,
  ) {
    const error = this.#protocol.reader.exception();
    if (error !== undefined) throw error;
    // A turn, so that whoever writes in a loop to what is being closed comes to know of it.
    if (this.#transport.isClosing()) yield undefined;
    if (!this.#protocol.flow.open) yield* this.#protocol.flow.drained(signal);
  });

  /**
   * Waits until the connection is closed, after `close()`.
   *
   * @throws ConnectionError if it was an error that closed it
   */
  waitClosed(options: SignalOptions = NO_OPTIONS): Operation<void> {
    return StreamWriter.#waitClosed.call(this, options.signal);
  }

  static readonly #waitClosed = operation(function* (
    this: StreamWriter,
    signal: AbortSignal | undefined,
  ) {
    yield* this.#protocol.closed.passed(signal);
  });

  /**
   * Goes on in TLS, as the server if the connection came to one. What the reader has received and nobody has read is
   * taken for the beginning of it, so read everything that was sent in the clear before. The options are those of `tls.connect`, or of
   * `tls.createServer`; `servername` names the server whose certificate is expected.
   */
  startTls(
    ssl: ConnectionOptions | TlsOptions,
    options: StartTlsOptions = NO_OPTIONS,
  ): Operation<void> {
    return StreamWriter.#startTls.call(this, ssl, options);
  }

  static readonly #startTls = operation(function* (
    this: StreamWriter,
    ssl: ConnectionOptions | TlsOptions,
    options: StartTlsOptions,
  ) {
    yield* this.drain(options);
    const protocol = this.#protocol;
    const transport = yield* upgradeBehind(this.#transport, protocol.reader, ssl, {
      ...options,
      serverSide: protocol.accepted,
    });
    this.#transport = transport;
    protocol.reader.setTransport(transport);
  });
}
