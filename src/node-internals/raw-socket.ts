import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * `tlsSocket._parent`: the plain socket below a TLS socket that a server has made.
 *
 * Without it a server cannot tell those that have shaken hands from those that have not: `closeClients()` of a TLS
 * server then breaks its connections off, as `abortClients()` does, whatever is still to be sent.
 */
export function findRawSocket(socket: TLSSocket): Socket | undefined {
  const { _parent: raw } = socket as { _parent?: unknown };
  return raw instanceof Socket ? raw : undefined;
}
