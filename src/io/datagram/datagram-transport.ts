import type { RemoteInfo, Socket } from 'node:dgram';
import { describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import type { RunInContext } from '../../context/index.ts';
import type { Loop } from '../../loop/index.ts';
import { describePlace, type Place, toConnectionError } from '../connect/connection-error.ts';
import { type Address, type HostAndPort, toHostAndPort } from '../connect/address.ts';
import type { DatagramProtocol } from '../transport/protocol.ts';
import type { SocketName } from '../transport/socket-name.ts';
import { toBuffer } from '../transport/to-buffer.ts';
import { Turn } from '../transport/turn.ts';
import { LostWrites, WaterMarks, type WriteLimits } from '../transport/write-limits.ts';

export interface DatagramInfo {
  readonly socket: Socket;
  readonly sockname: SocketName;
  /** Undefined unless a remote address was given. */
  readonly peername: SocketName;
}

/**
 * asyncio's `DatagramTransport`, over `node:dgram`. As with streams, Node's events only note what came, and a turn of
 * the loop tells the protocol.
 */
export class DatagramTransport {
  readonly #socket: Socket;
  readonly #remote: Place | undefined;
  #protocol: DatagramProtocol;
  readonly #sockname: SocketName;
  readonly #peername: SocketName | undefined;
  readonly #turn: Turn;
  readonly #marks = new WaterMarks();
  readonly #lostWrites = new LostWrites();
  /** @internal Done when the protocol has been told of the endpoint. */
  readonly made: Future<void>;
  #received: { data: Buffer; from: SocketName }[] = [];
  #errors: Error[] = [];
  /** What Node has not sent yet. */
  #pending = 0;
  #pendingBytes = 0;
  #closing = false;
  #closed = false;
  #told = false;
  #error: unknown = undefined;

  /** @internal */
  constructor(
    socket: Socket,
    remote: Place | undefined,
    protocol: DatagramProtocol,
    loop: Loop,
    context: RunInContext,
  ) {
    this.#socket = socket;
    this.#remote = remote;
    this.#protocol = protocol;
    this.#sockname = toName(socket.address());
    this.#peername = remote === undefined ? undefined : toName(socket.remoteAddress());
    this.made = new Future<void>(loop);
    const deliver = (): void => this.#deliver();
    this.#turn = new Turn(loop, () => context(deliver));
    this.#turn.request();
    socket.on('message', this.#onMessage);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  /**
   * Sends one datagram, at once or when the system takes it. `to` is needed if the endpoint has no remote address, and
   * otherwise it can only be that one.
   *
   * @throws InvalidArgumentError if `to` is no address, or the wrong one
   * @example
   * const echo = (): DatagramProtocol => {
   *   let transport: DatagramTransport
   *   return {
   *     connectionMade: (made) => void (transport = made),
   *     datagramReceived: (data, from) => transport.sendto(data, from),
   *   }
   * }
   */
  sendto(data: Uint8Array | string, to?: Address): void {
    const bytes = toBuffer(data, 'data');
    const place = to === undefined ? undefined : toHostAndPort(to, 'to');
    if (this.#remote !== undefined) {
      if (place !== undefined && !this.#isRemote(place)) {
        throw new InvalidArgumentError(
          `Expected no address, since the endpoint is connected to ${describePlace(this.#remote)}, got ${describePlace(place)}`,
        );
      }
    } else if (place === undefined) {
      throw new InvalidArgumentError(
        `Expected an address \`[host, port]\`, since the endpoint has no remote one, got ${describe(to)}`,
      );
    }
    if (this.#closing) {
      this.#lostWrites.note('a datagram endpoint');
      return;
    }
    this.#pending++;
    this.#pendingBytes += bytes.length;
    const onSent = (error: Error | null): void => this.#onSent(error, bytes.length, place);
    if (this.#remote !== undefined || place === undefined) this.#socket.send(bytes, onSent);
    else this.#socket.send(bytes, place.port, place.host, onSent);
    if (!this.#marks.paused && this.#pendingBytes > this.#marks.high) {
      this.#marks.paused = true;
      this.#protocol.pauseWriting?.();
    }
  }

  /** Closes the endpoint after what was given to it is sent; nothing is received any more. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#received = [];
    this.#errors = [];
    if (this.#pending === 0) this.#socket.close();
  }

  /** Closes the endpoint at once. */
  abort(): void {
    this.#abortWith(undefined);
  }

  isClosing(): boolean {
    return this.#closing;
  }

  setWriteBufferLimits(limits: WriteLimits = {}): void {
    this.#marks.set(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return { low: this.#marks.low, high: this.#marks.high };
  }

  /** How many bytes wait to be sent. */
  getWriteBufferSize(): number {
    return this.#pendingBytes;
  }

  getExtraInfo<K extends keyof DatagramInfo>(name: K): DatagramInfo[K] | undefined;
  getExtraInfo<K extends keyof DatagramInfo, D>(name: K, fallback: D): DatagramInfo[K] | D;
  getExtraInfo<K extends keyof DatagramInfo, D = undefined>(
    name: K,
    fallback?: D,
  ): DatagramInfo[K] | D | undefined {
    const all: Partial<DatagramInfo> = {
      socket: this.#socket,
      sockname: this.#sockname,
      ...(this.#peername === undefined ? {} : { peername: this.#peername }),
    };
    return all[name] ?? fallback;
  }

  /** From now on `protocol` is told; it gets no `connectionMade`. */
  setProtocol(protocol: DatagramProtocol): void {
    this.#protocol = protocol;
  }

  getProtocol(): DatagramProtocol {
    return this.#protocol;
  }

  #abortWith(error: unknown): void {
    if (this.#closed) return;
    this.#error ??= error;
    const closed = this.#closing && this.#pending === 0;
    this.#closing = true;
    this.#received = [];
    this.#errors = [];
    // Only once: Node's close() is no call to repeat.
    this.#pending = 0;
    if (!closed) this.#socket.close();
  }

  /** By the name it was given, or by the address that the name has, as what is received says it. */
  #isRemote({ host, port }: HostAndPort): boolean {
    const { host: name, port: number } = this.#remote as Place;
    return port === number && (host === name || host === this.#peername?.address);
  }

  #onSent(error: Error | null, size: number, to: HostAndPort | undefined): void {
    if (this.#pending === 0) return;
    this.#pending--;
    this.#pendingBytes -= size;
    if (this.#closing) {
      if (this.#pending === 0) this.#socket.close();
      return;
    }
    if (error !== null) {
      this.#errors.push(toConnectionError('Cannot send to', to ?? (this.#remote as Place), error));
      this.#turn.request();
    }
    if (this.#marks.paused && this.#pendingBytes <= this.#marks.low) this.#turn.request();
  }

  readonly #onMessage = (data: Buffer, from: RemoteInfo): void => {
    if (this.#closing) return;
    this.#received.push({ data, from: toName(from) });
    this.#turn.request();
  };

  readonly #onError = (error: Error): void => {
    if (this.#closing) return;
    const place = this.#remote ?? { host: this.#sockname.address, port: this.#sockname.port };
    this.#errors.push(toConnectionError('Trouble with datagrams of', place, error));
    this.#turn.request();
  };

  readonly #onClose = (): void => {
    this.#closed = true;
    this.#closing = true;
    this.#turn.request();
  };

  #deliver(): void {
    try {
      if (!this.made.done()) {
        this.made.setResult();
        this.#protocol.connectionMade?.(this);
      }
      for (const { data, from } of this.#takeReceived()) {
        // Closed by the one before.
        if (this.#closing) break;
        this.#protocol.datagramReceived?.(data, from);
      }
      for (const error of this.#takeErrors()) {
        if (this.#closing) break;
        this.#protocol.errorReceived?.(error);
      }
      if (this.#marks.paused && this.#pendingBytes <= this.#marks.low) {
        this.#marks.paused = false;
        this.#protocol.resumeWriting?.();
      }
    } catch (error) {
      this.#abortWith(error);
      throw error;
    } finally {
      if (this.#closed && !this.#told) {
        this.#told = true;
        this.#protocol.connectionLost?.(this.#error);
      }
    }
  }

  #takeReceived(): { data: Buffer; from: SocketName }[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }

  #takeErrors(): Error[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }
}

function toName({
  address,
  port,
  family,
}: {
  address: string;
  port: number;
  family: string;
}): SocketName {
  return { address, port, family: family === 'IPv6' ? 'IPv6' : 'IPv4' };
}
