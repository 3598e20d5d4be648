import { lookup } from 'node:dns/promises';
import { isIP, type ListenOptions } from 'node:net';
import { describe, InvalidArgumentError } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { abortable, fromPromise } from '../../task/index.ts';
import { toConnectionError } from '../connect/connection-error.ts';
import type { Family } from '../connect/family.ts';

/** Where to listen, as Node takes it. Without a host it is all addresses of this machine. */
export type ListeningAddress = Pick<ListenOptions, 'host' | 'ipv6Only'>;

/**
 * The addresses of `hosts`, each once. With family 6 a socket takes no IPv4 connections, as asyncio's never do.
 *
 * @throws ConnectionError, `ENOTFOUND` if there is no such host
 * @throws InvalidArgumentError if one is an address of the other family
 */
export function* listeningAddresses(
  hosts: readonly (string | undefined)[],
  port: number,
  family: Family,
  signal: AbortSignal | undefined,
): Generator<Future, ListeningAddress[], unknown> {
  const found = new Set<string | undefined>();
  for (const host of hosts) {
    if (host !== undefined && (typeof (host as unknown) !== 'string' || host.includes('\0'))) {
      throw new InvalidArgumentError(
        `Expected \`host\` to be the name or address of a host, got ${describe(host)}`,
      );
    }
    if (host === undefined || host === '') found.add(anyAddress(family));
    else if (isIP(host) === 0) {
      for (const address of yield* resolved(host, port, family, signal)) found.add(address);
    } else if (family === 0 || isIP(host) === family) found.add(host);
    else {
      throw new InvalidArgumentError(
        `Expected \`host\` to be an IPv${family} address, as \`family\` says, got ${describe(host)}`,
      );
    }
  }
  return [...found].map((host) => ({
    ...(host === undefined ? {} : { host }),
    ...(family === 6 ? { ipv6Only: true } : {}),
  }));
}

function anyAddress(family: Family): string | undefined {
  if (family === 0) return undefined;
  return family === 4 ? '0.0.0.0' : '::';
}

function* resolved(
  host: string,
  port: number,
  family: Family,
  signal: AbortSignal | undefined,
): Generator<Future, string[], unknown> {
  try {
    const found = yield* abortable(fromPromise(lookup(host, { all: true, family })), signal);
    return found.map(({ address }) => address);
  } catch (error) {
    if ((error as { syscall?: unknown }).syscall !== 'getaddrinfo') throw error;
    throw toConnectionError('Cannot listen at', { host, port }, error);
  }
}
