import {
  type Address,
  connectAcceptedSocket,
  type Connection,
  type ConnectionOptions,
  connectReadPipe,
  connectWritePipe,
  createConnection,
  createDatagramEndpoint,
  createServer,
  createUnixConnection,
  createUnixServer,
  type DatagramOptions,
  type DatagramProtocol,
  type DatagramTransport,
  getaddrinfo,
  getnameinfo,
  type PipeLike,
  type ResolveOptions,
  sendfile,
  type SendfileOptions,
  type Server,
  type ServerOptions,
  type SocketName,
  startTls,
  type StreamingProtocol,
  subprocessExec,
  type SubprocessOptions,
  type SubprocessProtocol,
  subprocessShell,
  type SubprocessTransport,
  type TlsOptions,
  type Transport,
  type UnixServerOptions,
  type UpgradeOptions,
} from '../io/index.ts';
import type { SignalOptions } from '../sync/index.ts';
import type { Operation } from '../task/index.ts';
import { checkOpen } from './check-open.ts';

/**
 * What an event loop has of connections, servers and processes: the functions of the same names as methods, as
 * asyncio has them only so.
 */
export abstract class Connections {
  abstract isClosed(): boolean;

  createConnection<P extends StreamingProtocol>(
    protocolFactory: () => P,
    host: string | undefined,
    port: number | undefined,
    options?: ConnectionOptions,
  ): Operation<Connection<P>> {
    checkOpen(this);
    return createConnection(protocolFactory, host, port, options);
  }

  createUnixConnection<P extends StreamingProtocol>(
    protocolFactory: () => P,
    path: string,
    options?: TlsOptions,
  ): Operation<Connection<P>> {
    checkOpen(this);
    return createUnixConnection(protocolFactory, path, options);
  }

  connectAcceptedSocket<P extends StreamingProtocol>(
    protocolFactory: () => P,
    socket: Parameters<typeof connectAcceptedSocket>[1],
    options?: SignalOptions,
  ): Operation<Connection<P>> {
    checkOpen(this);
    return connectAcceptedSocket(protocolFactory, socket, options);
  }

  createServer(
    protocolFactory: () => StreamingProtocol,
    host: string | readonly string[] | undefined,
    port: number | undefined,
    options?: ServerOptions,
  ): Operation<Server> {
    checkOpen(this);
    return createServer(protocolFactory, host, port, options);
  }

  createUnixServer(
    protocolFactory: () => StreamingProtocol,
    path: string,
    options?: UnixServerOptions,
  ): Operation<Server> {
    checkOpen(this);
    return createUnixServer(protocolFactory, path, options);
  }

  startTls(
    transport: Transport,
    ssl: Parameters<typeof startTls>[1],
    options?: UpgradeOptions,
  ): Operation<Transport> {
    checkOpen(this);
    return startTls(transport, ssl, options);
  }

  createDatagramEndpoint<P extends DatagramProtocol>(
    protocolFactory: () => P,
    options: DatagramOptions,
  ): Operation<[transport: DatagramTransport, protocol: P]> {
    checkOpen(this);
    return createDatagramEndpoint(protocolFactory, options);
  }

  subprocessExec<P extends SubprocessProtocol>(
    protocolFactory: () => P,
    program: string,
    args?: readonly string[],
    options?: SubprocessOptions,
  ): Operation<[transport: SubprocessTransport, protocol: P]> {
    checkOpen(this);
    return subprocessExec(protocolFactory, program, args, options);
  }

  subprocessShell<P extends SubprocessProtocol>(
    protocolFactory: () => P,
    line: string,
    options?: SubprocessOptions,
  ): Operation<[transport: SubprocessTransport, protocol: P]> {
    checkOpen(this);
    return subprocessShell(protocolFactory, line, options);
  }

  getaddrinfo(
    host: string | undefined,
    port: number,
    options?: ResolveOptions,
  ): Operation<SocketName[]> {
    checkOpen(this);
    return getaddrinfo(host, port, options);
  }

  getnameinfo(
    address: Address,
    options?: SignalOptions,
  ): Operation<[host: string, service: string]> {
    checkOpen(this);
    return getnameinfo(address, options);
  }

  connectReadPipe<P extends StreamingProtocol>(
    protocolFactory: () => P,
    pipe: PipeLike,
    options?: SignalOptions,
  ): Operation<Connection<P>> {
    checkOpen(this);
    return connectReadPipe(protocolFactory, pipe, options);
  }

  connectWritePipe<P extends StreamingProtocol>(
    protocolFactory: () => P,
    pipe: PipeLike,
    options?: SignalOptions,
  ): Operation<Connection<P>> {
    checkOpen(this);
    return connectWritePipe(protocolFactory, pipe, options);
  }

  sendfile(
    transport: Transport,
    file: Parameters<typeof sendfile>[1],
    options?: SendfileOptions,
  ): Operation<number> {
    checkOpen(this);
    return sendfile(transport, file, options);
  }
}
