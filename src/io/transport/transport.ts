import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { PipeLike } from '../pipe/pipe-socket.ts';
import type { StreamingProtocol } from './protocol.ts';
import type { SocketName } from './socket-name.ts';
import type { WriteLimits } from './write-limits.ts';

/** What `getExtraInfo` knows of a connection. */
export interface ExtraInfo {
  /** Node's socket. Writing to it or reading from it past the transport confuses both. */
  readonly socket: Socket;
  readonly peername: SocketName;
  readonly sockname: SocketName;
  /** Node's TLS socket; undefined without TLS, as the following. */
  readonly sslObject: TLSSocket;
  readonly peercert: PeerCertificate;
  readonly cipher: { readonly name: string; readonly version: string };
  /** What `connectReadPipe` or `connectWritePipe` was given; undefined for other connections. */
  readonly pipe: PipeLike;
}

/** asyncio's `Transport`: a connection, from the side of whoever uses it. */
export interface Transport {
  /**
   * Sends `data` (text as UTF-8), at once or when the connection can take it; never blocks. The memory is not copied:
   * do not change it before `drain()` or `connectionLost`.
   *
   * @throws InvalidStateError after `writeEof`
   */
  write(data: Uint8Array | string): void;
  writelines(list: Iterable<Uint8Array | string>): void;
  /**
   * Says that no more is written; reading goes on.
   *
   * @throws InvalidStateError where that cannot be said: over TLS, and at the end of a pipe that is read. (asyncio:
   *   NotImplementedError)
   */
  writeEof(): void;
  /** Whether `writeEof` can be used. */
  canWriteEof(): boolean;
  /** Closes the connection after what has been written is sent; nothing is received any more. */
  close(): void;
  /** Closes the connection at once. */
  abort(): void;
  isClosing(): boolean;
  /** From now on nothing is received. To pause twice is no error. */
  pauseReading(): void;
  resumeReading(): void;
  isReading(): boolean;
  setWriteBufferLimits(limits?: WriteLimits): void;
  getWriteBufferLimits(): { low: number; high: number };
  /** How many bytes wait to be sent. */
  getWriteBufferSize(): number;
  getExtraInfo<K extends keyof ExtraInfo>(name: K): ExtraInfo[K] | undefined;
  getExtraInfo<K extends keyof ExtraInfo, D>(name: K, fallback: D): ExtraInfo[K] | D;
  setProtocol(protocol: StreamingProtocol): void;
  getProtocol(): StreamingProtocol;
}
