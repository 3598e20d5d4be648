import { type ListenOptions, Server as NodeServer } from 'node:net';
import { checkInteger, describe, InvalidArgumentError } from '../../errors/index.ts';
import type { Place } from '../connect/connection-error.ts';
import { checkNoAddress } from '../connect/no-address.ts';

/** What Node's `listen` takes. */
export type ListenAt =
  | ListenOptions
  | NodeServer
  | { readonly fd: number; readonly backlog: number };

/** Something that exists already and connections come to. */
export interface GivenListener {
  readonly at: ListenAt;
  readonly place: Place;
}

/**
 * What `listen` is given for `sock`. It takes a server, too, and goes on with what that one listens at.
 *
 * @throws InvalidArgumentError
 */
export function givenListener(
  sock: unknown,
  host: unknown,
  port: unknown,
  backlog: number,
): GivenListener {
  checkNoAddress(host, port);
  if (sock instanceof NodeServer && sock.listening) return { at: sock, place: {} };
  if (typeof sock === 'number') {
    const fd = checkInteger(sock, 'sock', 0, 2 ** 31 - 1);
    return { at: { fd, backlog }, place: { path: `the socket of descriptor ${fd}` } };
  }
  throw new InvalidArgumentError(
    `Expected \`sock\` to be a net.Server that listens, or a descriptor, got ${describe(sock)}${sock instanceof NodeServer ? ' that does not' : ''}`,
  );
}
