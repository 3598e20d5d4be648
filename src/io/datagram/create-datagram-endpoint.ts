import { countServer } from '../../hub/index.ts';
import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { checkFunction, InvalidArgumentError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import { getLoop, type Loop } from '../../loop/index.ts';
import { abortable, fromPromise, operation, type Operation } from '../../task/index.ts';
import { keepContext } from '../transport/kept-context.ts';
import { type Place, toConnectionError } from '../connect/connection-error.ts';
import { type Address, type HostAndPort, toHostAndPort } from '../connect/address.ts';
import { DatagramTransport } from './datagram-transport.ts';
import type { DatagramProtocol } from '../transport/protocol.ts';

export interface DatagramOptions {
  /** Where to receive; port 0 means any that is free. */
  readonly localAddr?: Address | undefined;
  /** The only one to send to and to receive from. */
  readonly remoteAddr?: Address | undefined;
  /** 4 or 6. Default: as the addresses are. */
  readonly family?: 4 | 6 | undefined;
  /** Whether other processes may receive at the same address and share what comes. Default false. */
  readonly reusePort?: boolean | undefined;
  /** Whether it may send to everyone in a network. Default false. */
  readonly allowBroadcast?: boolean | undefined;
  /** Ends the wait when it is aborted: its reason is raised, and the socket closed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a UDP socket; the result is `[transport, protocol]`, after `connectionMade`. asyncio's
 * `create_datagram_endpoint`.
 *
 * @throws ConnectionError, with the system's code, the host and the port
 * @example
 * const [transport] = await createDatagramEndpoint(
 *   () => ({ datagramReceived: (data, from) => transport.sendto(data, from) }),
 *   { localAddr: ['127.0.0.1', 9999] },
 * )
 */
export function createDatagramEndpoint<P extends DatagramProtocol>(
  protocolFactory: () => P,
  options: DatagramOptions,
): Operation<[transport: DatagramTransport, protocol: P]> {
  return open(protocolFactory, options) as Operation<[DatagramTransport, P]>;
}

const open = operation(function* (
  protocolFactory: () => DatagramProtocol,
  options: DatagramOptions,
) {
  checkFunction(protocolFactory, 'protocolFactory');
  const { signal } = options;
  const localAddr = options.localAddr && toHostAndPort(options.localAddr, 'localAddr');
  const remoteAddr = options.remoteAddr && toHostAndPort(options.remoteAddr, 'remoteAddr');
  signal?.throwIfAborted();
  const loop = getLoop();
  const local = localAddr && (yield* resolved(localAddr, options));
  const remote = remoteAddr && (yield* resolved(remoteAddr, options));
  const family = options.family ?? local?.family ?? remote?.family;
  if (family === undefined) {
    throw new InvalidArgumentError(
      'Expected `localAddr`, `remoteAddr` or `family`, to know which kind of socket to open, got none',
    );
  }
  const socketOptions: SocketOptions & { reusePort?: boolean } = {
    type: family === 6 ? 'udp6' : 'udp4',
    ...(options.reusePort === undefined ? {} : { reusePort: options.reusePort }),
  };
  const socket = createSocket(socketOptions);
  let transport: DatagramTransport | undefined;
  try {
    yield* bound(socket, local, loop, signal);
    countServer(socket);
    if (options.allowBroadcast === true) socket.setBroadcast(true);
    if (remote !== undefined) yield* connected(socket, remote, loop, signal);
    const protocol = protocolFactory();
    const context = keepContext();
    transport = new DatagramTransport(socket, remoteAddr, protocol, loop, context);
    yield* abortable(transport.made, signal);
    return [transport, protocol] as [DatagramTransport, DatagramProtocol];
  } catch (error) {
    if (transport === undefined) socket.close();
    else transport.abort();
    throw error;
  }
});

interface Resolved extends Place {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
}

function* resolved(
  { host, port }: HostAndPort,
  { family, signal }: DatagramOptions,
): Generator<Future, Resolved, unknown> {
  const kind = isIP(host);
  if (kind !== 0) return { host, port, family: kind as 4 | 6 };
  try {
    const found = yield* abortable(fromPromise(lookup(host, { family: family ?? 0 })), signal);
    return { host: found.address, port, family: found.family as 4 | 6 };
  } catch (error) {
    if ((error as { syscall?: unknown }).syscall !== 'getaddrinfo') throw error;
    throw toConnectionError('Cannot resolve', { host }, error);
  }
}

function* bound(
  socket: Socket,
  local: Resolved | undefined,
  loop: Loop,
  signal: AbortSignal | undefined,
): Generator<Future, void, unknown> {
  const place = local ?? {};
  yield* event(socket, 'listening', 'Cannot receive at', place, loop, signal, () =>
    socket.bind({
      exclusive: true,
      ...(local === undefined ? {} : { address: local.host, port: local.port }),
    }),
  );
}

function* connected(
  socket: Socket,
  remote: Resolved,
  loop: Loop,
  signal: AbortSignal | undefined,
): Generator<Future, void, unknown> {
  yield* event(socket, 'connect', 'Cannot connect to', remote, loop, signal, () =>
    socket.connect(remote.port, remote.host),
  );
}

/** Does something, and waits for the event that says it is done, or for an error. */
function* event(
  socket: Socket,
  name: 'listening' | 'connect',
  failure: string,
  place: Place,
  loop: Loop,
  signal: AbortSignal | undefined,
  act: () => unknown,
): Generator<Future, void, unknown> {
  const done = new Future<void>(loop);
  const succeed = (): void => {
    if (!done.done()) done.setResult();
  };
  const fail = (error: unknown): void => {
    if (!done.done()) done.setException(toConnectionError(failure, place, error));
  };
  socket.once(name, succeed);
  socket.on('error', fail);
  try {
    act();
    yield* abortable(done, signal);
  } finally {
    socket.off(name, succeed);
    socket.off('error', fail);
  }
}
