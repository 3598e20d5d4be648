import { findRawSocket } from '../../node-internals/index.ts';
import { getLoop, LONGEST_DELAY_MS, type Loop, throwUncaught } from '../../loop/index.ts';
import {
  createServer as createNodeServer,
  type ListenOptions,
  type Server as NodeServer,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { checkFunction, checkInteger, describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import { countServer } from '../../hub/index.ts';
import type { RunInContext } from '../../context/index.ts';
import { abortable, operation, type Operation } from '../../task/index.ts';
import { keepContext } from '../transport/kept-context.ts';
import {
  type ConnectionError,
  type Place,
  toConnectionError,
} from '../connect/connection-error.ts';
import { checkPath } from '../connect/create-connection.ts';
import { givenListener, type ListenAt } from './given-listener.ts';
import { checkFamily, type Family } from '../connect/family.ts';
import { listeningAddresses } from './listening-addresses.ts';
import type { StreamingProtocol } from '../transport/protocol.ts';
import { closeListener, noteBoundPath, preparePath } from './bound-path.ts';
import { Server } from './server.ts';
import { SocketTransport } from '../transport/socket-transport.ts';

export interface UnixServerOptions {
  /** Ends the wait when it is aborted: its reason is raised, and nothing listens. */
  readonly signal?: AbortSignal | undefined;
  /** TLS, with these options of `tls.createServer`. Default: no TLS. */
  readonly ssl?: TlsOptions | undefined;
  /** Milliseconds. Default a minute. */
  readonly sslHandshakeTimeout?: number | undefined;
  /** How many connections may wait to be accepted. Default 100. */
  readonly backlog?: number | undefined;
  /** False: the server listens only after `startServing()` or `serveForever()`. Default true. */
  readonly startServing?: boolean | undefined;
  /**
   * Receives what goes wrong with a single connection: TLS that fails, a protocol that cannot be made, or a handler of `startServer`. By default the
   * exception handler of the event loop gets it; it is printed where there is none.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface ServerOptions extends UnixServerOptions {
  /** Whether other processes may listen at the same address and share what comes. Default false. */
  readonly reusePort?: boolean | undefined;
  /** Whether idle connections are probed. Default false. */
  readonly keepAlive?: boolean | undefined;
  /** 4 or 6: only addresses of this kind, and no IPv4 connections to those of IPv6. Default 0: both. */
  readonly family?: Family | undefined;
  /** True, as Node has it on Unix in any case: a port can be taken again at once. It cannot be switched off. */
  readonly reuseAddress?: true | undefined;
  /** A server of Node's that listens, or the descriptor of a socket, in place of host and port. It is closed with the server. */
  readonly sock?: NodeServer | number | undefined;
}

const HANDSHAKE_TIMEOUT_MS = 60_000;
const DEFAULT_BACKLOG = 100;

/**
 * Listens at a port; `protocolFactory()` is called for each connection. asyncio's `create_server`. Port 0 means any
 * that is free. The host may be a list; undefined means all addresses of this machine; a name means all of its own.
 * With the option `sock` both are undefined.
 *
 * @throws ConnectionError, with the system's code, the host and the port
 * @example
 * const server = await createServer(() => new Echo(), '127.0.0.1', 8080)
 * await server.serveForever()
 */
export function createServer(
  protocolFactory: () => StreamingProtocol,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: ServerOptions = {},
): Operation<Server> {
  return atPort(protocolFactory, host, port, options);
}

/**
 * Listens at a Unix socket. A socket that is left there from another time is replaced. `close` removes the path, unless
 * another server has put its own socket there since.
 * asyncio's `create_unix_server`.
 *
 * @throws ConnectionError, with the system's code and the path
 */
export function createUnixServer(
  protocolFactory: () => StreamingProtocol,
  path: string,
  options: UnixServerOptions = {},
): Operation<Server> {
  return atPath(protocolFactory, path, options);
}

const atPort = operation(function* (
  protocolFactory: () => StreamingProtocol,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: ServerOptions,
) {
  const { backlog = DEFAULT_BACKLOG, reusePort, sock, family = 0 } = options;
  checkFamily(family);
  checkReuseAddress(options.reuseAddress);
  if (sock !== undefined) {
    const { at, place } = givenListener(sock, host, port, backlog);
    return yield* started(protocolFactory, options, function* (makeListener, signal) {
      return [yield* listening(makeListener(), at, place, signal)];
    });
  }
  const wanted = checkInteger(port, 'port', 0, 65_535);
  const hosts = host === undefined || typeof host === 'string' ? [host] : host;
  return yield* started(protocolFactory, options, function* (makeListener, signal) {
    const addresses = yield* listeningAddresses(hosts, wanted, family, signal);
    const listeners: NodeServer[] = [];
    let unavailable: ConnectionError | undefined;
    try {
      for (const address of addresses) {
        const place = { host: address.host, port: wanted };
        const at: ListenOptions = {
          port: wanted,
          backlog,
          ...address,
          ...(reusePort === undefined ? {} : { reusePort }),
        };
        try {
          listeners.push(yield* listening(makeListener(), at, place, signal));
        } catch (error) {
          // A name may have addresses that this machine has not, as ::1 of localhost.
          if ((error as ConnectionError).code !== 'EADDRNOTAVAIL') throw error;
          unavailable = error as ConnectionError;
        }
      }
      if (listeners.length === 0) throw unavailable;
    } catch (error) {
      for (const listener of listeners) closeListener(listener);
      throw error;
    }
    return listeners;
  });
});

const atPath = operation(function* (
  protocolFactory: () => StreamingProtocol,
  path: string,
  options: UnixServerOptions,
) {
  checkPath(path);
  const { backlog = DEFAULT_BACKLOG } = options;
  return yield* started(protocolFactory, options, function* (makeListener, signal) {
    preparePath(path);
    return [yield* listening(makeListener(), { path, backlog }, { path }, signal)];
  });
});

type ListenSteps = (
  makeListener: () => NodeServer,
  signal: AbortSignal | undefined,
) => Generator<Future, NodeServer[], unknown>;

function* started(
  protocolFactory: () => StreamingProtocol,
  options: ServerOptions,
  listen: ListenSteps,
): Generator<Future | undefined, Server, unknown> {
  checkFunction(protocolFactory, 'protocolFactory');
  options.signal?.throwIfAborted();
  const context = keepContext();
  const server = new Server(getLoop(), function* (self, signal) {
    const listeners = yield* listen(
      () => listenerOf(self, protocolFactory, options, context),
      signal,
    );
    // What goes wrong from now on, as when there are no more file descriptors.
    const { onError = (error: unknown) => reportFailure(self.loop, error) } = options;
    for (const listener of listeners) listener.on('error', onError);
    return listeners;
  });
  if (options.startServing !== false) yield* server.startServing({ signal: options.signal });
  return server;
}

/** A server of Node's that hands its connections to `server`. */
function listenerOf(
  server: Server,
  protocolFactory: () => StreamingProtocol,
  options: ServerOptions,
  context: RunInContext,
): NodeServer {
  const { ssl, keepAlive = false } = options;
  const onError = options.onError ?? ((error) => reportFailure(server.loop, error));
  const accept = (socket: Socket): void => {
    try {
      const protocol = context(protocolFactory);
      new SocketTransport(socket, protocol, { loop: server.loop, context, owner: server });
    } catch (error) {
      socket.destroy();
      onError(error);
    }
  };
  const common = { noDelay: true, keepAlive };
  if (ssl === undefined) {
    return createNodeServer({ ...common, allowHalfOpen: true }, accept);
  }
  const handshakeTimeout = Math.min(
    options.sslHandshakeTimeout ?? HANDSHAKE_TIMEOUT_MS,
    LONGEST_DELAY_MS,
  );
  return createTlsServer({ ...ssl, ...common, handshakeTimeout })
    .on('connection', (socket) => server.addEarly(socket))
    .on('secureConnection', (socket) => {
      accept(socket);
      // It stands for the plain socket below it from now on.
      server.removeEarly(findRawSocket(socket));
    })
    .on('tlsClientError', (error) => {
      // Somebody who goes away again is nothing to report.
      if ((error as { code?: unknown }).code !== 'ECONNRESET') onError(error);
    });
}

/**
 * What becomes of an error that concerns a single connection, by default: whoever listens to the loop's errors hears of
 * it, such as the exception handler of an event loop that runs. If nobody does it is printed, because it would end the
 * process otherwise, and with it all the other connections.
 */
export function reportFailure(loop: Loop, error: unknown): void {
  if (loop.onError === throwUncaught) console.error('A connection of a server failed:', error);
  else
    loop.callSoon(() => {
      throw error;
    });
}

function* listening(
  listener: NodeServer,
  at: ListenAt,
  place: Place,
  signal: AbortSignal | undefined,
): Generator<Future, NodeServer, unknown> {
  const done = new Future<void>(getLoop());
  const fail = (error: unknown): void => {
    if (!done.done()) done.setException(toConnectionError('Cannot listen at', place, error));
  };
  listener.once('error', fail);
  listener.once('listening', () => {
    // Given up meanwhile.
    if (done.done()) closeListener(listener);
    else done.setResult();
  });
  try {
    listener.listen(at);
    noteBoundPath(listener);
    yield* abortable(done, signal);
    countServer(listener);
  } catch (error) {
    closeListener(listener);
    throw error;
  } finally {
    listener.off('error', fail);
  }
  return listener;
}

function checkReuseAddress(value: unknown): void {
  if (value === undefined || value === true) return;
  throw new InvalidArgumentError(
    `Expected \`reuseAddress\` to be true or left out, because Node sets it for every server, got ${describe(value)}`,
  );
}
