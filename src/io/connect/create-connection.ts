import { getLoop, LONGEST_DELAY_MS, type Loop } from '../../loop/index.ts';
import { connect, Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { checkFunction, checkInteger, describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { abortable, operation, type Operation } from '../../task/index.ts';
import { keepContext } from '../transport/kept-context.ts';
import { type LocalAddress, toLocalEnd } from './address.ts';
import { withAllErrors } from './connect-failure.ts';
import { type Place, toConnectionError } from './connection-error.ts';
import { takeSocket } from './given-socket.ts';
import { checkFamily, type Family } from './family.ts';
import type { StreamingProtocol } from '../transport/protocol.ts';
import { SocketTransport } from '../transport/socket-transport.ts';
import { handshake } from '../tls/start-tls.ts';
import { needsServerHostname, tlsOptions, type TlsOptions } from '../tls/tls-options.ts';
import type { Transport } from '../transport/transport.ts';

export interface ConnectionOptions extends TlsOptions {
  /** 4 or 6. Default 0: whichever answers first, the two tried a little apart (RFC 8305), as Node does. */
  readonly family?: Family | undefined;
  /** Milliseconds before the next address is tried. Default: Node's. */
  readonly happyEyeballsDelay?: number | undefined;
  /** 1, as Node has it in any case: IPv6 and IPv4 addresses are tried in turn. */
  readonly interleave?: 1 | undefined;
  /** True: if it fails, the errors of all addresses that were tried are raised, in an ExceptionGroup. Default false. */
  readonly allErrors?: boolean | undefined;
  /** A socket of Node's that is connected, in place of host and port. It is the transport's from then on. */
  readonly sock?: Socket | undefined;
  /** The address and port of this end, or only one of them. */
  readonly localAddr?: LocalAddress | undefined;
  /** Whether an idle connection is probed. Default false. */
  readonly keepAlive?: boolean | undefined;
}

/** What a connection is made of: the transport, and the protocol that the factory returned. */
export type Connection<P> = [transport: Transport, protocol: P];

/**
 * Connects to a host and port; the result is `[transport, protocol]`, after `connectionMade`. asyncio's
 * `create_connection`. With the option `sock` host and port are undefined.
 *
 * @throws ConnectionError, with the system's code, the host and the port
 * @throws ExceptionGroup of these, one for each address, with the option `allErrors`
 * @example
 * const [transport] = await createConnection(() => new Echo(), '127.0.0.1', 8080)
 */
export function createConnection<P extends StreamingProtocol>(
  protocolFactory: () => P,
  host: string | undefined,
  port: number | undefined,
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
  host: string | undefined,
  port: number | undefined,
  options: ConnectionOptions,
) {
  const { family = 0, happyEyeballsDelay, interleave, localAddr, keepAlive, sock } = options;
  checkFamily(family);
  if (interleave !== undefined) checkInteger(interleave, 'interleave', 1, 1);
  if (sock !== undefined) return yield* over(protocolFactory, sock, host, port, options);
  const place = { host: checkHost(host), port: checkInteger(port, 'port', 0, 65_535) };
  const where: TcpNetConnectOpts = {
    ...place,
    family,
    noDelay: true,
    ...(happyEyeballsDelay === undefined
      ? {}
      : { autoSelectFamilyAttemptTimeout: Math.min(happyEyeballsDelay, LONGEST_DELAY_MS) }),
    ...(localAddr === undefined ? {} : toLocalEnd(localAddr)),
    ...(keepAlive === undefined ? {} : { keepAlive }),
  };
  try {
    return yield* connected(protocolFactory, place, where, options);
  } catch (error) {
    throw options.allErrors === true ? withAllErrors(error) : error;
  }
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

/** Over a connection that is there; TLS, if wanted, begins now. */
function* over(
  protocolFactory: () => StreamingProtocol,
  sock: Socket,
  host: string | undefined,
  port: number | undefined,
  options: ConnectionOptions,
): Generator<Future, Connection<StreamingProtocol>, unknown> {
  checkFunction(protocolFactory, 'protocolFactory');
  const { signal, ssl, keepAlive } = options;
  signal?.throwIfAborted();
  const tls = ssl !== undefined && ssl !== false;
  if (tls) needsServerHostname(ssl, options);
  const socket = takeSocket(sock, host, port);
  socket.setNoDelay(true);
  if (keepAlive !== undefined) socket.setKeepAlive(keepAlive);
  const loop = getLoop();
  if (!tls) return yield* made(protocolFactory, socket, undefined, loop, signal);
  const place = { host: socket.remoteAddress, port: socket.remotePort };
  // TLS has no half-open connections.
  socket.allowHalfOpen = false;
  const secured = connectTls({ ...tlsOptions(place, ssl, options), socket });
  yield* handshake(secured, 'secureConnect', place, loop, options);
  return yield* made(protocolFactory, secured, place, loop, signal);
}

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
    socket = connectTls({ ...tlsOptions(place, ssl, options), ...where });
    yield* handshake(socket as TLSSocket, 'secureConnect', place, loop, options);
  }
  return yield* made(protocolFactory, socket, place, loop, signal);
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
  // Names that begin with a zero byte are Linux's own.
  if (typeof path === 'string' && path !== '' && !path.includes('\0', 1)) return;
  throw new InvalidArgumentError(
    `Expected \`path\` to be the path of a Unix socket, got ${describe(path)}`,
  );
}

function checkHost(host: unknown): string {
  if (typeof host === 'string' && host !== '' && !host.includes('\0')) return host;
  throw new InvalidArgumentError(
    `Expected \`host\` to be the name or address of a host, got ${describe(host)}`,
  );
}
