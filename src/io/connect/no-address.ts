import { describe, InvalidArgumentError } from '../../errors/index.ts';

/**
 * What goes over a socket that was given goes nowhere else.
 *
 * @throws InvalidArgumentError if there is a host or a port as well
 */
export function checkNoAddress(host: unknown, port: unknown): void {
  if (host === undefined && port === undefined) return;
  throw new InvalidArgumentError(
    `Expected no host and port, because \`sock\` is given, got ${describe(host)} and ${describe(port)}`,
  );
}
