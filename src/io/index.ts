export { ConnectionError, type Place } from './connection-error.ts';
export { connectReadPipe, connectWritePipe } from './connect-pipe.ts';
export {
  connectAcceptedSocket,
  type Connection,
  type ConnectionOptions,
  createConnection,
  createUnixConnection,
} from './create-connection.ts';
export { createDatagramEndpoint, type DatagramOptions } from './create-datagram-endpoint.ts';
export {
  createServer,
  createUnixServer,
  type ServerOptions,
  type UnixServerOptions,
} from './create-server.ts';
export { type Address, type DatagramInfo, DatagramTransport } from './datagram-transport.ts';
export { IncompleteReadError } from './incomplete-read-error.ts';
export { LimitOverrunError, LineTooLongError } from './limit-overrun-error.ts';
export type { PipeLike } from './pipe-socket.ts';
export { ProcessError } from './process-error.ts';
export { Process } from './process.ts';
export type {
  BaseProtocol,
  BufferedProtocol,
  DatagramProtocol,
  Protocol,
  StreamingProtocol,
  SubprocessProtocol,
} from './protocol.ts';
export { getaddrinfo, getnameinfo, type ResolveOptions } from './resolve.ts';
export { sendfile, type SendfileOptions } from './sendfile.ts';
export { SendfileNotAvailableError } from './sendfile-not-available-error.ts';
export type { Separator } from './separators.ts';
export { Server } from './server.ts';
export type { SocketName } from './socket-name.ts';
export { DEVNULL, PIPE, type Redirection, STDOUT, type SubprocessOptions } from './spawn-child.ts';
export { startTls, type UpgradeOptions } from './start-tls.ts';
export {
  DEFAULT_LIMIT,
  type Pausable,
  StreamReader,
  type StreamReaderOptions,
} from './stream-reader.ts';
export { StreamWriter } from './stream-writer.ts';
export {
  type ConnectionHandler,
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  type Streams,
  type StreamServing,
} from './streams.ts';
export {
  createSubprocessExec,
  createSubprocessShell,
  subprocessExec,
  subprocessShell,
} from './subprocess.ts';
export { type SubprocessInfo, SubprocessTransport } from './subprocess-transport.ts';
export type { TlsOptions } from './tls-options.ts';
export type { ExtraInfo, Transport } from './transport.ts';
export type { WriteLimits } from './write-limits.ts';
