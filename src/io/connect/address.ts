import { isIP, type TcpSocketConnectOpts } from 'node:net';
import { checkInteger, describe, InvalidArgumentError } from '../../errors/index.ts';

/**
 * A host and a port, as a list or as a name of a socket: what `datagramReceived`, `getExtraInfo` and `getaddrinfo` give
 * can be passed on as it is.
 */
export type Address =
  | readonly [host: string, port: number]
  | { readonly address: string; readonly port: number };

/** An address, for use. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** An address of this end, of which one part may be left to the system. */
export type LocalAddress = Address | readonly [host: string | undefined, port?: number];

/** @throws InvalidArgumentError if `address` is in neither form, or its port is no port */
export function toHostAndPort(address: Address, what: string): HostAndPort {
  const { host, port } = takenApart(address);
  if (typeof host !== 'string' || host.includes('\0')) throw refused(address, host, what);
  return { host, port: checkPort(port) };
}

/**
 * `localAddr`, for Node.
 *
 * @throws InvalidArgumentError if it is in neither form, names no address of a host, or its port is no port
 */
export function toLocalEnd(
  address: LocalAddress,
): Pick<TcpSocketConnectOpts, 'localAddress' | 'localPort'> {
  const { host, port } = takenApart(address);
  const named = typeof host === 'string' && isIP(host) !== 0;
  if (!named && (host !== undefined || port === undefined))
    throw refused(address, host, 'localAddr');
  return {
    ...(named ? { localAddress: host } : {}),
    ...(port === undefined ? {} : { localPort: checkPort(port) }),
  };
}

function checkPort(port: unknown): number {
  return checkInteger(port, 'port', 0, 65_535);
}

function refused(address: unknown, host: unknown, what: string): InvalidArgumentError {
  const which = host === undefined ? '' : ` with the host ${describe(host)}`;
  return new InvalidArgumentError(
    `Expected \`${what}\` to be an address, \`[host, port]\` or \`{ address, port }\`, got ${describe(address)}${which}`,
  );
}

function takenApart(address: unknown): { host: unknown; port: unknown } {
  if (Array.isArray(address)) return { host: address[0], port: address[1] };
  if (typeof address !== 'object' || address === null) return { host: undefined, port: undefined };
  return { host: Reflect.get(address, 'address'), port: Reflect.get(address, 'port') };
}
