import { Socket } from 'node:net';
import { describe, InvalidArgumentError } from '../../errors/index.ts';
import { checkNoAddress } from './no-address.ts';

/**
 * Takes over `sock`, a connection that is there already, in place of one to `host` and `port`.
 *
 * @throws InvalidArgumentError if there is a host or port besides, or the socket is not connected
 */
export function takeSocket(sock: unknown, host: unknown, port: unknown): Socket {
  checkNoAddress(host, port);
  if (!(sock instanceof Socket)) throw refused(describe(sock));
  if (sock.connecting) throw refused("one that still connects; wait for its 'connect' event");
  if (sock.destroyed) throw refused('one that is closed');
  if (sock.pending) throw refused('one that was never connected');
  // As with connections made here: whether the end of one direction is that of both is the protocol's to say.
  sock.allowHalfOpen = true;
  return sock;
}

function refused(got: string): InvalidArgumentError {
  return new InvalidArgumentError(`Expected \`sock\` to be a connected net.Socket, got ${got}`);
}
