import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { InvalidStateError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import type { RunInContext } from '../../context/index.ts';
import type { Loop } from '../../loop/index.ts';
import { type Place, toConnectionError } from '../connect/connection-error.ts';
import { isBuffered, type StreamingProtocol } from './protocol.ts';
import { DirectHandle } from '../fast/direct-handle.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { socketInfo } from './socket-info.ts';
import { localName, peerName, type SocketName } from './socket-name.ts';
import { toBuffer } from './to-buffer.ts';
import type { ExtraInfo, Transport } from './transport.ts';
import { type Deliverer, FailedCall, type Failure, Turn } from './turn.ts';
import type { WriteLimits } from './write-limits.ts';

/** Keeps the transports that are open. */
export interface TransportOwner {
  addTransport(transport: SocketTransport): void;
  removeTransport(transport: SocketTransport): void;
}

export interface SocketTransportOptions {
  readonly loop: Loop;
  /** Where it leads, for errors. Default: the name of the other end. */
  readonly place?: Place;
  /** The async context of what is called. */
  readonly context?: RunInContext | undefined;
  /** The server that the connection came to. */
  readonly owner?: TransportOwner | undefined;
  /** The protocol knows of the connection already. */
  readonly made?: boolean;
  /** Whether the other side's end can leave this side open. Default true, but never for TLS. */
  readonly halfOpen?: boolean;
  /** Whether what is received is the protocol's to know. Default true. */
  readonly reads?: boolean;
}

/**
 * A transport over one of Node's sockets: TCP, Unix or TLS, or the pipe of a child process.
 *
 * Node's events only note what happened and ask for a turn; `#deliver` tells the protocol, in this order: connection
 * made, data, end, room to write, connection lost. Data needs no turn if none is due: it is told from the poll, as
 * uvloop does it. A paused transport keeps data and end back.
 */
export class SocketTransport implements Transport, Deliverer {
  readonly #loop: Loop;
  readonly #socket: Socket;
  readonly #place: Place;
  readonly #context: RunInContext | undefined;
  readonly #owner: TransportOwner | undefined;
  readonly #halfOpen: boolean;
  readonly #peername: SocketName | undefined;
  readonly #sockname: SocketName | undefined;
  readonly #turn: Turn;
  /** Done when the protocol has been told of the connection. */
  readonly made: Future<void>;
  #protocol: StreamingProtocol;
  readonly #inbox = new Inbox();
  readonly #outbox: Outbox;
  #endReading: () => void = doNothing;
  #closing = false;
  #eofWritten = false;
  /** The socket is closed. */
  #closed = false;
  #told = false;
  #detached = false;
  #error: unknown = undefined;
  #failure: Failure | undefined = undefined;

  constructor(socket: Socket, protocol: StreamingProtocol, options: SocketTransportOptions) {
    this.#loop = options.loop;
    this.#socket = socket;
    const direct = DirectHandle.of(socket);
    this.#outbox = new Outbox(socket, direct, {
      tellFull: () => this.#pauseWriting(),
      noteRoom: () => this.#turn.request(),
    });
    this.#protocol = protocol;
    this.#context = options.context;
    this.#owner = options.owner;
    // TLS has no half-open connections here, as in asyncio.
    this.#halfOpen = options.halfOpen !== false && !(socket instanceof TLSSocket);
    this.#owner?.addTransport(this);
    this.#peername = peerName(socket);
    this.#sockname = localName(socket);
    this.#place = options.place ?? {
      host: this.#peername?.address,
      port: this.#peername?.port,
    };
    this.made = new Future<void>(this.#loop);
    const deliver = (): void => this.#deliver();
    this.#turn = new Turn(this.#loop, deliver, this, options.context);
    if (options.made === true) this.made.setResult();
    else this.#turn.request();
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    const reads = options.reads !== false;
    if (reads) socket.on('end', this.#onEnd);
    // It may have happened before anyone listened.
    if (socket.destroyed) this.#onClose();
    else if (reads && socket.readable) {
      // What the handle does not take comes in Node's way.
      direct?.read(this.#onData);
      socket.on('data', this.#onData).resume();
      this.#endReading = (): void => {
        direct?.leave();
        socket.off('data', this.#onData);
      };
    }
  }

  write(data: Uint8Array | string): void {
    if (this.#eofWritten) {
      throw new InvalidStateError('Cannot write after writeEof(), which said that nothing follows');
    }
    const bytes = toBuffer(data, 'data');
    if (bytes.length === 0) return;
    if (this.isClosing()) {
      this.#checkAttached();
      this.#outbox.lose();
      return;
    }
    this.#outbox.write(bytes);
  }

  writelines(list: Iterable<Uint8Array | string>): void {
    // Corked, the pieces leave in one call.
    this.#socket.cork();
    try {
      for (const data of list) this.write(data);
    } finally {
      this.#socket.uncork();
    }
  }

  writeEof(): void {
    if (!this.canWriteEof()) {
      throw new InvalidStateError(
        'Cannot end only one direction of a TLS connection; close() ends both, after what has been written is sent',
      );
    }
    if (this.#eofWritten) return;
    if (this.#closing || this.#closed) {
      this.#checkAttached();
      return;
    }
    this.#eofWritten = true;
    this.#socket.end();
  }

  canWriteEof(): boolean {
    return !(this.#socket instanceof TLSSocket);
  }

  close(): void {
    if (this.#closing) return;
    this.#stopReading();
    this.#closing = true;
    this.#socket.destroySoon();
  }

  abort(): void {
    this.abortWith(undefined);
  }

  /** @internal Closes the connection at once; `error` is what `connectionLost` gets, if nothing came before. */
  abortWith(error: unknown): void {
    if (this.#closed) return;
    if (!this.#closing) this.#stopReading();
    this.#closing = true;
    this.#error ??= error;
    this.#socket.destroy();
  }

  isClosing(): boolean {
    // A write that fails is noted on the spot; the events of that come later, and a program that only writes would
    // not let them come.
    return this.#closing || this.#closed || this.#socket.errored !== null;
  }

  pauseReading(): void {
    if (this.#closing || this.#inbox.paused) return;
    this.#inbox.paused = true;
    this.#socket.pause();
  }

  resumeReading(): void {
    if (this.#closing || !this.#inbox.paused) return;
    this.#inbox.paused = false;
    if (!this.#inbox.empty || this.#closed) this.#turn.request();
    this.#socket.resume();
  }

  isReading(): boolean {
    return !this.isClosing() && !this.#inbox.paused;
  }

  setWriteBufferLimits(limits: WriteLimits = {}): void {
    this.#outbox.setLimits(limits, () => !this.isClosing() && !this.#eofWritten);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#outbox.limits;
  }

  getWriteBufferSize(): number {
    return this.#outbox.size;
  }

  getExtraInfo<K extends keyof ExtraInfo, D = undefined>(
    name: K,
    fallback?: D,
  ): ExtraInfo[K] | D | undefined {
    if (name === 'peername') return (this.#peername as ExtraInfo[K] | undefined) ?? fallback;
    if (name === 'sockname') return (this.#sockname as ExtraInfo[K] | undefined) ?? fallback;
    return socketInfo(this.#socket, name) ?? fallback;
  }

  setProtocol(protocol: StreamingProtocol): void {
    this.#protocol = protocol;
  }

  getProtocol(): StreamingProtocol {
    return this.#protocol;
  }

  /** @internal Gives the socket away, for TLS to be put on top of it. */
  detach(): Socket {
    if (this.isClosing())
      throw new InvalidStateError('Cannot start TLS: the connection is closing');
    const socket = this.#socket;
    if (socket.readableEnded || this.#inbox.ended) {
      // The greeting of the other side cannot come any more.
      throw toConnectionError('Cannot start TLS with', this.#place, { code: 'ECONNRESET' });
    }
    this.#endReading();
    socket.off('end', this.#onEnd);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
    // What has come already is the other side's greeting. Node gives it to TLS in the next tick; a socket that flows
    // would have dropped it by then.
    socket.pause();
    for (const chunk of this.#inbox.takeChunks().toReversed()) socket.unshift(chunk);
    socket.allowHalfOpen = false;
    this.#detached = true;
    this.#closing = true;
    return socket;
  }

  /** @internal The transport that took over what `detach` gave away, with the same protocol. */
  succeed(socket: Socket): SocketTransport {
    const successor = new SocketTransport(socket, this.#protocol, {
      loop: this.#loop,
      place: this.#place,
      context: this.#context,
      owner: this.#owner,
      made: true,
    });
    this.#owner?.removeTransport(this);
    return successor;
  }

  /** @internal What `detach` gave away is closed. */
  failDetached(error: unknown): void {
    this.#error = error;
    this.#onClose();
  }

  /** @internal Whether the protocol has been told to write no more for now. */
  get writingPaused(): boolean {
    return this.#outbox.full;
  }

  get place(): Place {
    return this.#place;
  }

  get loop(): Loop {
    return this.#loop;
  }

  /** @internal */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  #checkAttached(): void {
    if (!this.#detached) return;
    throw new InvalidStateError(
      'This transport was given to startTls(); use the transport that it returned',
    );
  }

  /** Whatever has been received, and not delivered, is dropped. */
  #stopReading(): void {
    this.#inbox.drop();
    this.#socket.pause();
  }

  #pauseWriting(): void {
    try {
      this.#protocol.pauseWriting?.();
    } catch (error) {
      // Whoever writes is not to blame, and the bytes are taken.
      const failure = this.#failureOf('protocol.pauseWriting() failed');
      this.#loop.enqueue(new FailedCall(error, failure, this.#context));
    }
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#closing) return;
    this.#inbox.push(chunk);
    this.#turn.take();
  };

  readonly #onEnd = (): void => {
    if (this.#closing) return;
    this.#inbox.end();
    this.#turn.request();
  };

  readonly #onError = (error: Error): void => {
    this.#error ??= toConnectionError('Lost the connection to', this.#place, error);
  };

  readonly #onClose = (): void => {
    this.#closed = true;
    this.#endReading();
    this.#turn.request();
  };

  #deliver(): void {
    let call = 'connectionMade()';
    try {
      if (!this.made.done()) {
        this.made.setResult();
        this.#protocol.connectionMade?.(this);
      }
      call = RECEIVING;
      this.#inbox.deliver(this);
      call = 'eofReceived()';
      this.#deliverEnd();
      call = 'resumeWriting()';
      if (this.#outbox.takeRoom()) this.#protocol.resumeWriting?.();
    } catch (error) {
      if (call === RECEIVING && isBuffered(this.#protocol)) call = 'getBuffer() or bufferUpdated()';
      this.#failure = this.#failureOf(`Fatal error: protocol.${call} call failed.`);
      this.abortWith(error);
      throw error;
    } finally {
      if (this.#closed && !this.#told && !this.#heldBack()) this.#deliverLost();
    }
  }

  #failureOf(message: string): Failure {
    return { message, transport: this, protocol: this.#protocol };
  }

  /** Whether something that came before an orderly end waits for `resumeReading`. */
  #heldBack(): boolean {
    if (!this.#inbox.paused || this.#closing || this.#error !== undefined) return false;
    return !this.#inbox.empty;
  }

  #deliverEnd(): void {
    if (!this.#inbox.takeEnd()) return;
    const keepOpen = this.#protocol.eofReceived?.() === true;
    if (!keepOpen || !this.#halfOpen) this.close();
  }

  #deliverLost(): void {
    this.#told = true;
    this.#inbox.drop();
    try {
      this.#protocol.connectionLost?.(this.#error);
    } catch (error) {
      this.#failure = this.#failureOf('protocol.connectionLost() failed');
      throw error;
    } finally {
      this.#owner?.removeTransport(this);
    }
  }
}

const RECEIVING = 'dataReceived()';

function doNothing(): void {}
