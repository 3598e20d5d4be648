import { ExceptionGroup } from '../../errors/index.ts';
import { ConnectionError, type Place, toConnectionError } from './connection-error.ts';

interface SystemError {
  readonly syscall?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
}

/**
 * What `allErrors` asks for: a group with the error of each address that was tried, made of the one error that stands
 * for all. Other errors, as when a name has no address, stay as they are.
 */
export function withAllErrors(error: unknown): unknown {
  if (!(error instanceof ConnectionError)) return error;
  const { cause } = error;
  const each: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  if (!each.every((one) => (one as SystemError | undefined)?.syscall === 'connect')) return error;
  const errors = each.map((one) =>
    toConnectionError('Cannot connect to', placeOf(one, error), one),
  );
  return new ExceptionGroup('Cannot connect', errors, { cause });
}

function placeOf(cause: unknown, { host, port, path }: Place): Place {
  const { address, port: tried } = cause as SystemError;
  if (path !== undefined) return { path };
  return {
    host: typeof address === 'string' ? address : host,
    port: typeof tried === 'number' ? tried : port,
  };
}
