import { isIP } from 'node:net';
import type { ConnectionOptions as TlsClientOptions } from 'node:tls';
import { InvalidArgumentError } from '../../errors/index.ts';
import type { Place } from '../connect/connection-error.ts';
import type { TlsWaitOptions } from './start-tls.ts';

export interface TlsOptions extends TlsWaitOptions {
  /** TLS, with these options of `tls.connect`, or true for none. Default: no TLS. */
  readonly ssl?: boolean | TlsClientOptions | undefined;
  /** The name that the server's certificate has to have. Default: the host. */
  readonly serverHostname?: string | undefined;
}

/** What `tls.connect` is given for a connection to `place`. */
export function tlsOptions(
  place: Place,
  ssl: true | TlsClientOptions,
  options: TlsOptions,
): TlsClientOptions {
  return { ...(ssl === true ? {} : ssl), ...serverName(place, ssl, options) };
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

/** @throws InvalidArgumentError if nothing says which name the certificate has to have, and there is no host */
export function needsServerHostname(ssl: true | TlsClientOptions, options: TlsOptions): void {
  if (options.serverHostname !== undefined || (ssl !== true && ssl.servername !== undefined))
    return;
  throw new InvalidArgumentError(
    'Expected `serverHostname`, because TLS over `sock` knows no other name to check, got undefined',
  );
}
