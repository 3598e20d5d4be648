import type { DatagramTransport } from '../datagram/datagram-transport.ts';
import type { SubprocessTransport } from '../process/subprocess-transport.ts';
import type { SocketName } from './socket-name.ts';
import type { Transport } from './transport.ts';

/**
 * What a transport calls, from a turn of the loop or from its poll for I/O, never inside of a call of yours (but for
 * `pauseWriting`): `connectionMade` first, `connectionLost` once and last. Whatever is not wanted can be left out.
 */
export interface BaseProtocol<T> {
  connectionMade?(transport: T): void;
  /** The connection is closed; with the error, if one closed it. */
  connectionLost?(error: unknown): void;
  /** More than the high-water mark waits to be written. Called from inside `write`. */
  pauseWriting?(): void;
  /** No more than the low-water mark waits to be written. */
  resumeWriting?(): void;
}

/**
 * asyncio's `Protocol`, for streams of bytes: connectionMade → dataReceived* → eofReceived? → connectionLost.
 *
 * @example
 * const echo = (): Protocol => {
 *   let transport: Transport
 *   return {
 *     connectionMade: (made) => void (transport = made),
 *     dataReceived: (data) => transport.write(data),
 *   }
 * }
 */
export interface Protocol extends BaseProtocol<Transport> {
  dataReceived?(data: Buffer): void;
  /** The other side sends no more. Return true to go on writing; otherwise the transport closes itself. */
  eofReceived?(): boolean | void;
}

/** asyncio's `BufferedProtocol`: receives into memory of its own. */
export interface BufferedProtocol extends BaseProtocol<Transport> {
  /** Returns where to put up to `sizeHint` bytes (or more, or fewer, but not none). */
  getBuffer(sizeHint: number): Uint8Array;
  /** `count` bytes have been put into that buffer. */
  bufferUpdated(count: number): void;
  eofReceived?(): boolean | void;
}

/** asyncio's `DatagramProtocol`. */
export interface DatagramProtocol extends BaseProtocol<DatagramTransport> {
  datagramReceived?(data: Buffer, from: SocketName): void;
  /** A datagram could not be sent, or the other side refuses them. The transport stays open. */
  errorReceived?(error: Error): void;
}

/** asyncio's `SubprocessProtocol`. `fd` is 0, 1 or 2. */
export interface SubprocessProtocol extends BaseProtocol<SubprocessTransport> {
  pipeDataReceived?(fd: number, data: Buffer): void;
  pipeConnectionLost?(fd: number, error: unknown): void;
  processExited?(): void;
}

/** A protocol of streams, of either kind. */
export type StreamingProtocol = Protocol | BufferedProtocol;

export function isBuffered(protocol: StreamingProtocol): protocol is BufferedProtocol {
  return typeof (protocol as Partial<BufferedProtocol>).getBuffer === 'function';
}
