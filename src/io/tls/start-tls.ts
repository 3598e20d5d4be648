import { afterRealTime, type Loop } from '../../loop/index.ts';
import type { Socket } from 'node:net';
import { connect, type ConnectionOptions, type TlsOptions, TLSSocket } from 'node:tls';
import { checkDelay, describe, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import { abortable, operation, type Operation } from '../../task/index.ts';
import {
  ConnectionError,
  describePlace,
  type Place,
  toConnectionError,
} from '../connect/connection-error.ts';
import { SocketTransport } from '../transport/socket-transport.ts';
import type { Transport } from '../transport/transport.ts';

const HANDSHAKE_TIMEOUT_MS = 60_000;

export interface TlsWaitOptions {
  /** Ends the wait when it is aborted: its reason is raised, and the connection closed. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. Default a minute. */
  readonly sslHandshakeTimeout?: number | undefined;
}

/** A reader of what came before TLS began. */
export interface EarlyReader {
  /** What it has received and nobody has read: the other side may have sent its hello at once. */
  takeRest(): Buffer;
}

export interface UpgradeOptions extends TlsWaitOptions {
  /** Whether this end is the server. Default false. */
  readonly serverSide?: boolean | undefined;
  /** The name that the server's certificate has to have. Default: `servername` of the TLS options. */
  readonly serverHostname?: string | undefined;
}

/**
 * Waits until TLS has shaken hands over `socket`, and destroys it if that fails or is given up. The limit is in real
 * time also where the loop's time is virtual, as everything that the other side does.
 */
export function* handshake(
  socket: TLSSocket,
  event: 'secure' | 'secureConnect',
  place: Place,
  loop: Loop,
  { signal, sslHandshakeTimeout = HANDSHAKE_TIMEOUT_MS }: TlsWaitOptions,
): Generator<Future, void, unknown> {
  checkDelay(sslHandshakeTimeout, 'sslHandshakeTimeout');
  const done = new Future<void>(loop);
  const fail = (error: unknown): void => {
    if (!done.done()) done.setException(toConnectionError('Cannot connect to', place, error));
  };
  const onClose = (): void => fail({ code: 'ECONNRESET' });
  const clear = afterRealTime(sslHandshakeTimeout, () =>
    fail(
      new ConnectionError(
        'ETIMEDOUT',
        `TLS with ${describePlace(place)} was not ready within ${sslHandshakeTimeout} ms (ETIMEDOUT)`,
        place,
      ),
    ),
  );
  socket.once(event, () => {
    if (!done.done()) done.setResult();
  });
  socket.on('error', fail);
  socket.once('close', onClose);
  try {
    yield* abortable(done, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clear();
    socket.off('close', onClose);
  }
}

/**
 * Goes on in TLS over a connection that is there, as after SMTP's STARTTLS, and returns the transport to use from
 * then on; the protocol is told of nothing. asyncio's `start_tls`. The options are those of `tls.connect` or, for the
 * server's side, of `tls.createServer`.
 *
 * @throws ConnectionError if the two do not come to terms; the connection is closed then
 */
export function startTls(
  transport: Transport,
  ssl: ConnectionOptions | TlsOptions = {},
  options: UpgradeOptions = {},
): Operation<Transport> {
  return upgradeBehind(transport, undefined, ssl, options);
}

/** As `startTls`; what `reader` holds is the beginning of what TLS gets. */
export function upgradeBehind(
  transport: Transport,
  reader: EarlyReader | undefined,
  ssl: ConnectionOptions | TlsOptions,
  options: UpgradeOptions,
): Operation<Transport> {
  return upgrade(transport, reader, ssl, options);
}

const upgrade = operation(function* (
  transport: Transport,
  reader: EarlyReader | undefined,
  ssl: ConnectionOptions | TlsOptions,
  options: UpgradeOptions,
) {
  if (!(transport instanceof SocketTransport)) {
    throw new InvalidArgumentError(
      `Expected a transport made by this library for \`startTls\`, got ${describe(transport)}`,
    );
  }
  const { serverSide = false } = options;
  const { place, loop } = transport;
  options.signal?.throwIfAborted();
  const raw = transport.detach();
  // It came before what the transport still held.
  const early = reader?.takeRest();
  if (early !== undefined && early.length > 0) raw.unshift(early);
  let socket: TLSSocket | undefined;
  try {
    socket = serverSide
      ? serverSocket(raw, ssl as TlsOptions)
      : clientSocket(raw, ssl as ConnectionOptions, options.serverHostname);
    yield* handshake(socket, serverSide ? 'secure' : 'secureConnect', place, loop, options);
  } catch (error) {
    raw.destroy();
    transport.failDetached(error);
    throw error;
  }
  return transport.succeed(socket);
});

function serverSocket(raw: Socket, ssl: TlsOptions): TLSSocket {
  return new TLSSocket(raw, { ...ssl, isServer: true });
}

function clientSocket(
  raw: Socket,
  ssl: ConnectionOptions,
  serverHostname: string | undefined,
): TLSSocket {
  return connect({
    ...ssl,
    socket: raw,
    ...(serverHostname === undefined ? {} : { servername: serverHostname }),
  });
}
