import type { Server, Socket } from 'node:net';

/** One end of a socket. That of a Unix socket has a path as its address, and port 0. */
export interface SocketName {
  readonly address: string;
  readonly port: number;
  readonly family: 'IPv4' | 'IPv6' | 'Unix';
}

function nameOf(
  address: string | undefined,
  port: number | undefined,
  family: string | undefined,
): SocketName | undefined {
  if (address === undefined || port === undefined) return undefined;
  return { address, port, family: family === 'IPv6' ? 'IPv6' : 'IPv4' };
}

/** The name of the other end; undefined for a Unix socket, and when the connection is gone. */
export function peerName(socket: Socket): SocketName | undefined {
  return nameOf(socket.remoteAddress, socket.remotePort, socket.remoteFamily);
}

/** The name of this end. */
export function localName(socket: Socket): SocketName | undefined {
  return nameOf(socket.localAddress, socket.localPort, socket.localFamily);
}

/** Where a server listens. */
export function listeningName(server: Server): SocketName | undefined {
  const name = server.address();
  if (name === null) return undefined;
  if (typeof name === 'string') return { address: name, port: 0, family: 'Unix' };
  return nameOf(name.address, name.port, name.family);
}
