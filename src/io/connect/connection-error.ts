import { GreenroomError } from '../../errors/index.ts';

/** Where a connection leads: a host and a port, or the path of a Unix socket. */
export interface Place {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'another one listens there; choose another, or port 0 for any that is free',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the other side broke the connection off',
  EHOSTUNREACH: 'no way leads there',
  ENOENT: 'there is no such file',
  ENETUNREACH: 'no way leads there',
  ENOTFOUND: 'no such host name',
  EPIPE: 'the other side has closed the connection',
  ETIMEDOUT: 'no answer in time',
};

/**
 * A connection could not be made, or is lost. `code` is the system's (`ECONNREFUSED`, `EADDRINUSE`, `ECONNRESET`, …),
 * `cause` Node's own error. Python's `ConnectionError`, and its `OSError` where it comes of a socket.
 */
export class ConnectionError extends GreenroomError {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;

  constructor(code: string, message: string, place: Place = {}, options?: ErrorOptions) {
    super(code, message, options);
    this.host = place.host;
    this.port = place.port;
    this.path = place.path;
  }
}

/** `127.0.0.1:80`, `[::1]:80`, `/run/some.sock`, for a message. */
export function describePlace({ host, port, path }: Place): string {
  if (path !== undefined) return path;
  const name = host === undefined || host === '' ? 'any address' : host;
  if (port === undefined) return name;
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Node's error as ours: `Cannot connect to 127.0.0.1:9: nobody listens there (ECONNREFUSED)`. */
export function toConnectionError(what: string, place: Place, cause: unknown): ConnectionError {
  if (cause instanceof ConnectionError) return cause;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const name = typeof code === 'string' ? code : 'ERR_CONNECTION';
  const reason = REASONS[name] ?? String(message);
  return new ConnectionError(name, `${what} ${describePlace(place)}: ${reason} (${name})`, place, {
    cause,
  });
}
