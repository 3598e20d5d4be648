import { lookup, lookupService } from 'node:dns/promises';
import { isIP } from 'node:net';
import { checkInteger, describe, InvalidArgumentError } from '../../errors/index.ts';
import { debugProbe, getLoop } from '../../loop/index.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { abortable, fromPromise, operation, type Operation } from '../../task/index.ts';
import { toConnectionError } from './connection-error.ts';
import type { Family } from './family.ts';
import { type Address, toHostAndPort } from './address.ts';
import type { SocketName } from '../transport/socket-name.ts';

export interface ResolveOptions {
  /** 4 or 6. Default 0: both. */
  readonly family?: Family | undefined;
  /** Ends the wait when it is aborted: its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The addresses of a host, as the system knows them, each with `port`. An undefined host is this machine. asyncio's
 * `getaddrinfo`.
 *
 * @throws ConnectionError, `ENOTFOUND` if there is no such host
 * @example
 * for (const { address } of await getaddrinfo('localhost', 80)) console.log(address)
 */
export function getaddrinfo(
  host: string | undefined,
  port: number,
  options: ResolveOptions = {},
): Operation<SocketName[]> {
  return addresses(host, port, options);
}

/**
 * The name of a host and of the service at a port: `['localhost', 'http']`. asyncio's `getnameinfo`.
 *
 * @throws ConnectionError, `ENOTFOUND` if the address has no name
 */
export function getnameinfo(
  address: Address,
  options: SignalOptions = {},
): Operation<[host: string, service: string]> {
  return names(address, options);
}

const addresses = operation(function* (
  host: string | undefined,
  port: number,
  { family = 0, signal }: ResolveOptions,
) {
  checkInteger(port, 'port', 0, 65_535);
  signal?.throwIfAborted();
  // The wait is given up, not the look-up: it cannot be stopped, and holds nothing.
  const looking = lookup(host ?? 'localhost', { all: true, family });
  if (debugProbe !== null) time(looking, `Getting address info ${host ?? 'localhost'}:${port}`);
  try {
    const found = yield* abortable(fromPromise(looking), signal);
    return found.map((one): SocketName => {
      return { address: one.address, port, family: one.family === 6 ? 'IPv6' : 'IPv4' };
    });
  } catch (error) {
    throw ofDns(error, host);
  }
});

const names = operation(function* (address: Address, { signal }: SignalOptions) {
  const { host, port } = toHostAndPort(address, 'address');
  if (isIP(host) === 0) {
    throw new InvalidArgumentError(`Expected the address of a host, got ${describe(host)}`);
  }
  signal?.throwIfAborted();
  try {
    const found = yield* abortable(fromPromise(lookupService(host, port)), signal);
    return [found.hostname, found.service] as [string, string];
  } catch (error) {
    throw ofDns(error, host);
  }
});

/** Tells debug mode how long a look-up took, whether it found anything or not. */
function time(looking: Promise<unknown>, what: string): void {
  const loop = getLoop();
  const began = loop.time();
  const told = (): void => debugProbe?.took(what, loop.time() - began);
  void looking.then(told, told);
}

function ofDns(error: unknown, host: string | undefined): unknown {
  const { syscall } = error as { syscall?: unknown };
  return syscall === 'getaddrinfo' || syscall === 'getnameinfo'
    ? toConnectionError('Cannot resolve', { host }, error)
    : error;
}
