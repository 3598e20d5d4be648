import { type Future, InnerFuture, WaitQueue } from '../../future/index.ts';
import type { Server as NodeServer, Socket } from 'node:net';
import { CancelledError, InvalidStateError } from '../../errors/index.ts';
import type { Loop } from '../../loop/index.ts';
import { abortable, operation, type Operation } from '../../task/index.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { closeListener } from './bound-path.ts';
import { listeningName, type SocketName } from '../transport/socket-name.ts';
import type { SocketTransport } from '../transport/socket-transport.ts';

const NO_OPTIONS: SignalOptions = {};

/** How the server's sockets begin to listen; each is closed again if one cannot. */
export type Listen = (
  server: Server,
  signal: AbortSignal | undefined,
) => Generator<Future, NodeServer[], unknown>;

/**
 * What `createServer` and `startServer` return: asyncio's `Server`. To close it ends listening, not the connections;
 * `closeClients` or `abortClients` end those.
 *
 * @example
 * const server = await startServer(handle, '127.0.0.1', 0)
 * console.log('port', server.port)
 * await server.serveForever() // until cancelled, or aborted
 */
export class Server {
  readonly loop: Loop;
  readonly #listen: Listen;
  readonly #closedWaiters = new WaitQueue('the end of a server');
  readonly #transports = new Set<SocketTransport>();
  /** Connections that are not made yet: TLS shakes hands. */
  readonly #early = new Set<Socket>();
  #listeners: NodeServer[] = [];
  /** Listeners whose socket Node has not closed yet. */
  #open = 0;
  #starting = false;
  #serving: Future<never> | undefined;
  #closed = false;

  /** @internal */
  constructor(loop: Loop, listen: Listen) {
    this.loop = loop;
    this.#listen = listen;
  }

  /** Where it listens; empty before it does, and when it is closed. */
  get sockets(): readonly SocketName[] {
    return this.#listeners.flatMap((listener) => listeningName(listener) ?? []);
  }

  /**
   * The port it listens at, for servers with only one.
   *
   * @throws InvalidStateError if it does not listen, or at a path
   */
  get port(): number {
    const name = this.sockets[0];
    if (name === undefined)
      throw new InvalidStateError('The server does not listen, so it has no port');
    if (name.family === 'Unix')
      throw new InvalidStateError(`The server listens at ${name.address}, which has no port`);
    return name.port;
  }

  isServing(): boolean {
    return this.#listeners.length > 0;
  }

  /** Begins to accept connections, if `startServing: false` was given. To do it again is no error. */
  startServing(options: SignalOptions = NO_OPTIONS): Operation<void> {
    return Server.#startServing.call(this, options.signal);
  }

  static readonly #startServing = operation(function* (
    this: Server,
    signal: AbortSignal | undefined,
  ) {
    if (this.#closed) throw new InvalidStateError('The server is closed; make another');
    if (this.isServing()) return;
    if (this.#starting) {
      throw new InvalidStateError('Another startServing() is under way; wait for that one');
    }
    this.#starting = true;
    try {
      const listeners = yield* this.#listen(this, signal);
      this.#listeners = listeners;
      this.#open += listeners.length;
      for (const listener of listeners) listener.once('close', this.#onListenerClosed);
      // It was closed while it began.
      if (this.#closed) this.#closeListeners();
    } finally {
      this.#starting = false;
    }
  });

  /**
   * Serves until it is cancelled, aborted or closed, and always ends with that error. When cancelled or aborted it
   * closes the server, and waits until its connections are gone, too.
   *
   * @throws InvalidStateError if another one does so already, or the server is closed
   */
  serveForever(options: SignalOptions = NO_OPTIONS): Operation<never> {
    return Server.#serveForever.call(this, options.signal);
  }

  static readonly #serveForever = operation(function* (
    this: Server,
    signal: AbortSignal | undefined,
  ): Generator<Future | undefined, never, unknown> {
    if (this.#serving !== undefined) {
      throw new InvalidStateError('serveForever() is under way already; one caller is enough');
    }
    if (this.#closed) throw new InvalidStateError('The server is closed; make another');
    const serving = new InnerFuture<never>('the end of a server', this.loop);
    this.#serving = serving;
    try {
      yield* this.startServing({ signal });
      return yield* abortable(serving, signal);
    } catch (error) {
      const cancelled = error instanceof CancelledError || signal?.aborted === true;
      this.close();
      if (cancelled) yield* this.waitClosed();
      throw error;
    } finally {
      this.#serving = undefined;
    }
  });

  /** Stops listening. The connections go on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeListeners();
    if (this.#serving !== undefined && !this.#serving.done()) this.#serving.cancel();
    this.#settle();
  }

  /** Closes all connections, each after what has been written to it is sent. */
  closeClients(): void {
    for (const transport of this.#transports) transport.close();
    for (const socket of this.#early) socket.destroy();
  }

  /** Closes all connections at once. */
  abortClients(): void {
    for (const transport of this.#transports) transport.abort();
    for (const socket of this.#early) socket.destroy();
  }

  /** Waits until the server is closed and all its connections are gone. */
  waitClosed(options: SignalOptions = NO_OPTIONS): Operation<void> {
    return Server.#waitClosed.call(this, options.signal);
  }

  static readonly #waitClosed = operation(function* (
    this: Server,
    signal: AbortSignal | undefined,
  ) {
    if (!this.#gone()) yield* this.#closedWaiters.wait(signal);
  });

  /** Closes the server and waits until its connections are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  /** @internal A connection has come that is not made yet. */
  addEarly(socket: Socket): void {
    this.#early.add(socket);
    socket.once('close', () => this.removeEarly(socket));
  }

  /** @internal */
  removeEarly(socket: Socket | undefined): void {
    if (socket !== undefined && this.#early.delete(socket)) this.#settle();
  }

  /** @internal */
  addTransport(transport: SocketTransport): void {
    this.#transports.add(transport);
  }

  /** @internal */
  removeTransport(transport: SocketTransport): void {
    if (this.#transports.delete(transport)) this.#settle();
  }

  #closeListeners(): void {
    for (const listener of this.#listeners) closeListener(listener);
    this.#listeners = [];
  }

  readonly #onListenerClosed = (): void => {
    this.#open--;
    this.#settle();
  };

  #gone(): boolean {
    return (
      this.#closed && this.#open === 0 && this.#transports.size === 0 && this.#early.size === 0
    );
  }

  #settle(): void {
    if (this.#gone()) this.#closedWaiters.wakeAll();
  }
}
