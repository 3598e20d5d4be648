import {
  connectAcceptedSocket,
  connectReadPipe,
  connectWritePipe,
  createConnection,
  createDatagramEndpoint,
  createServer,
  createUnixConnection,
  createUnixServer,
  getaddrinfo,
  getnameinfo,
  sendfile,
  startTls,
  subprocessExec,
  subprocessShell,
} from '../io/index.ts';
import { checkOpen } from './check-open.ts';

/** asyncio has these functions as methods of the event loop only. */
const functions = {
  createConnection,
  createUnixConnection,
  connectAcceptedSocket,
  createServer,
  createUnixServer,
  startTls,
  createDatagramEndpoint,
  subprocessExec,
  subprocessShell,
  getaddrinfo,
  getnameinfo,
  connectReadPipe,
  connectWritePipe,
  sendfile,
};

/**
 * The functions of connections, servers and processes as methods of an event loop, under the same names and with the
 * same arguments; on a closed loop each throws an InvalidStateError.
 */
export interface Connections {
  readonly createConnection: typeof createConnection;
  readonly createUnixConnection: typeof createUnixConnection;
  readonly connectAcceptedSocket: typeof connectAcceptedSocket;
  readonly createServer: typeof createServer;
  readonly createUnixServer: typeof createUnixServer;
  readonly startTls: typeof startTls;
  readonly createDatagramEndpoint: typeof createDatagramEndpoint;
  readonly subprocessExec: typeof subprocessExec;
  readonly subprocessShell: typeof subprocessShell;
  readonly getaddrinfo: typeof getaddrinfo;
  readonly getnameinfo: typeof getnameinfo;
  readonly connectReadPipe: typeof connectReadPipe;
  readonly connectWritePipe: typeof connectWritePipe;
  readonly sendfile: typeof sendfile;
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

/** Gives a class of event loops the methods of `Connections`. */
export function addConnections(prototype: { isClosed(): boolean }): void {
  for (const [name, fn] of Object.entries(functions)) {
    const value = function (this: { isClosed(): boolean }, ...args: readonly unknown[]): unknown {
      checkOpen(this);
      return (fn as unknown as AnyFunction)(...args);
    };
    void Object.defineProperty(value, 'name', { value: name });
    void Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
