import { connect, isIP, Socket, type TcpNetConnectOpts } from 'node:net';
import {
  type ConnectionOptions as TlsClientOptions,
  connect as connectTls,
  type TLSSocket,
} from 'node:tls';
import { checkFunction, checkInteger, describe, InvalidArgumentError } from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { getLoop, type Loop } from '../loop/index.ts';
import type { SignalOptions } from '../sync/index.ts';
import { abortable, type Operation, operation } from '../task/index.ts';
import { keepContext } from './kept-context.ts';
import { type Place, toConnectionError } from './connection-error.ts';
import type { StreamingProtocol } from './protocol.ts';
import { SocketTransport } from './socket-transport.ts';
import { handshake, type TlsWaitOptions } from './start-tls.ts';
import type { Transport } from './transport.ts';

export interface TlsOptions extends TlsWaitOptions {
  /** TLS, with these options of `tls.connect`, or true for none. Default: no TLS. */
  readonly ssl?: boolean | TlsClientOptions | undefined;
  /** The name that the server's certificate has to have. Default: the host. */
  readonly serverHostname?: string | undefined;
}

export interface ConnectionOptions extends TlsOptions {
  /** 4 or 6. Default 0: whichever answers first, the two tried a little apart (RFC 8305), as Node does. */
  readonly family?: 0 | 4 | 6 | undefined;
  /** Milliseconds before the next address is tried. Default: Node's. */
  readonly happyEyeballsDelay?: number | undefined;
  /** The address and port of this end. */
  readonly localAddr?: readonly [host: string | undefined, port?: number] | undefined;
  /** Whether an idle connection is probed. Default false. */
  readonly keepAlive?: boolean | undefined;
}

/** What a connection is made of: the transport, and the protocol that the factory returned. */
export type Connection<P> = [transport: Transport, protocol: P];

/**
 * Connects to a host and port; the result is `[transport, protocol]`, after `connectionMade`. asyncio's
 * `create_connection`.
 *
 * @throws ConnectionError, with the system's code, the host and the port
 * @example
 * const [transport] = await createConnection(() => new Echo(), '127.0.0.1', 8080)
 */
export function createConnection<P extends StreamingProtocol>(
  protocolFactory: () => P,
  host: string,
  port: number,
  options: ConnectionOptions = {},
): Operation<Connection<P>> {
  return toTcp(protocolFactory, host, port, options) as Operation<Connection<P>>;
}

/**
 * Connects to a Unix socket. asyncio's `create_unix_connection`.
 *
 * @throws ConnectionError, with the system's code and the path
 */
export function createUnixConnection<P extends StreamingProtocol>(
  protocolFactory: () => P,
  path: string,
  options: TlsOptions = {},
): Operation<Connection<P>> {
  return toUnix(protocolFactory, path, options) as Operation<Connection<P>>;
}

/** Makes a transport of a connection that another part of the program has accepted. asyncio's `connect_accepted_socket`. */
export function connectAcceptedSocket<P extends StreamingProtocol>(
  protocolFactory: () => P,
  socket: Socket,
  options: SignalOptions = {},
): Operation<Connection<P>> {
  return toAccepted(protocolFactory, socket, options) as Operation<Connection<P>>;
}

const toTcp = operation(function* (
  protocolFactory: () => StreamingProtocol,
  host: string,
  port: number,
  options: ConnectionOptions,
) {
  checkHost(host);
  checkInteger(port, 'port', 0, 65_535);
  const { family = 0, happyEyeballsDelay, localAddr, keepAlive } = options;
  const where: TcpNetConnectOpts = {
    host,
    port,
    family,
    noDelay: true,
    ...(happyEyeballsDelay === undefined
      ? {}
      : { autoSelectFamilyAttemptTimeout: happyEyeballsDelay }),
    ...(localAddr?.[0] === undefined ? {} : { localAddress: localAddr[0] }),
    ...(localAddr?.[1] === undefined ? {} : { localPort: localAddr[1] }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
  };
  return yield* connected(protocolFactory, { host, port }, where, options);
});

const toUnix = operation(function* (
  protocolFactory: () => StreamingProtocol,
  path: string,
  options: TlsOptions,
) {
  checkPath(path);
  return yield* connected(protocolFactory, { path }, { path }, options);
});

const toAccepted = operation(function* (
  protocolFactory: () => StreamingProtocol,
  socket: Socket,
  { signal }: SignalOptions,
) {
  checkFunction(protocolFactory, 'protocolFactory');
  if (!(socket instanceof Socket)) {
    throw new InvalidArgumentError(
      `Expected \`socket\` to be a net.Socket, got ${describe(socket)}`,
    );
  }
  return yield* made(protocolFactory, socket, undefined, getLoop(), signal);
});

function* connected(
  protocolFactory: () => StreamingProtocol,
  place: Place,
  where: TcpNetConnectOpts | { path: string },
  options: TlsOptions,
): Generator<Future, Connection<StreamingProtocol>, unknown> {
  checkFunction(protocolFactory, 'protocolFactory');
  const { signal, ssl } = options;
  signal?.throwIfAborted();
  const loop = getLoop();
  let socket: Socket;
  if (ssl === undefined || ssl === false) {
    socket = connect({ ...where, allowHalfOpen: true });
    // What comes before the protocol is there stays in the kernel.
    socket.pause();
    yield* connecting(socket, place, loop, signal);
  } else {
    socket = connectTls({
      ...(ssl === true ? {} : ssl),
      ...serverName(place, ssl, options),
      ...where,
    });
    yield* handshake(socket as TLSSocket, 'secureConnect', place, loop, options);
  }
  return yield* made(protocolFactory, socket, place, loop, signal);
}

function serverName(
  { host }: Place,
  ssl: true | TlsClientOptions,
  { serverHostname }: TlsOptions,
): { servername?: string } {
  if (serverHostname !== undefined) return { servername: serverHostname };
  if (ssl !== true && ssl.servername !== undefined) return {};
  return host === undefined || isIP(host) !== 0 ? {} : { servername: host };
}

function* connecting(
  socket: Socket,
  place: Place,
  loop: Loop,
  signal: AbortSignal | undefined,
): Generator<Future, void, unknown> {
  const done = new Future<void>(loop);
  socket.once('connect', () => {
    if (!done.done()) done.setResult();
  });
  socket.on('error', (error) => {
    if (!done.done()) done.setException(toConnectionError('Cannot connect to', place, error));
  });
  try {
    yield* abortable(done, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function* made(
  protocolFactory: () => StreamingProtocol,
  socket: Socket,
  place: Place | undefined,
  loop: Loop,
  signal: AbortSignal | undefined,
): Generator<Future, Connection<StreamingProtocol>, unknown> {
  let transport: SocketTransport | undefined;
  try {
    const protocol = protocolFactory();
    transport = new SocketTransport(socket, protocol, {
      loop,
      context: keepContext(),
      ...(place === undefined ? {} : { place }),
    });
    yield* abortable(transport.made, signal);
    return [transport, protocol];
  } catch (error) {
    if (transport === undefined) socket.destroy();
    else transport.abort();
    throw error;
  }
}

/** @throws InvalidArgumentError */
export function checkPath(path: unknown): void {
  if (typeof path === 'string' && path !== '') return;
  throw new InvalidArgumentError(
    `Expected \`path\` to be the path of a Unix socket, got ${describe(path)}`,
  );
}

function checkHost(host: unknown): void {
  if (typeof host === 'string' && host !== '') return;
  throw new InvalidArgumentError(
    `Expected \`host\` to be the name or address of a host, got ${describe(host)}`,
  );
}
