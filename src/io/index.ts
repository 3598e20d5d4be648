export type { Address, LocalAddress } from './connect/address.ts';
export { ConnectionError, type Place } from './connect/connection-error.ts';
export {
  connectAcceptedSocket,
  type Connection,
  type ConnectionOptions,
  createConnection,
  createUnixConnection,
} from './connect/create-connection.ts';
export type { Family } from './connect/family.ts';
export { getaddrinfo, getnameinfo, type ResolveOptions } from './connect/resolve.ts';
export {
  createDatagramEndpoint,
  type DatagramOptions,
} from './datagram/create-datagram-endpoint.ts';
export { type DatagramInfo, DatagramTransport } from './datagram/datagram-transport.ts';
export { SendfileNotAvailableError } from './file/sendfile-not-available-error.ts';
export { sendfile, type SendfileOptions } from './file/sendfile.ts';
export { connectReadPipe, connectWritePipe } from './pipe/connect-pipe.ts';
export type { PipeLike } from './pipe/pipe-socket.ts';
export { DEVNULL, PIPE, type Redirection, STDOUT } from './process/child-streams.ts';
export { ProcessError } from './process/process-error.ts';
export { Process } from './process/process.ts';
export type { SubprocessOptions } from './process/spawn-child.ts';
export { type SubprocessInfo, SubprocessTransport } from './process/subprocess-transport.ts';
export {
  createSubprocessExec,
  createSubprocessShell,
  subprocessExec,
  subprocessShell,
  type SubprocessStreamsOptions,
} from './process/subprocess.ts';
export {
  createServer,
  createUnixServer,
  type ServerOptions,
  type UnixServerOptions,
} from './serve/create-server.ts';
export { Server } from './serve/server.ts';
export { IncompleteReadError } from './streams/incomplete-read-error.ts';
export { LimitOverrunError, LineTooLongError } from './streams/limit-overrun-error.ts';
export type { Separator } from './streams/separators.ts';
export {
  DEFAULT_LIMIT,
  type Pausable,
  StreamReader,
  type StreamReaderOptions,
} from './streams/stream-reader.ts';
export { type StartTlsOptions, StreamWriter } from './streams/stream-writer.ts';
export {
  type ConnectionHandler,
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  type Streams,
  type StreamServing,
  type StreamsOptions,
} from './streams/streams.ts';
export { startTls, type UpgradeOptions } from './tls/start-tls.ts';
export type { TlsOptions } from './tls/tls-options.ts';
export type {
  BaseProtocol,
  BufferedProtocol,
  DatagramProtocol,
  Protocol,
  StreamingProtocol,
  SubprocessProtocol,
} from './transport/protocol.ts';
export type { SocketName } from './transport/socket-name.ts';
export type { ExtraInfo, Transport } from './transport/transport.ts';
export type { WriteLimits } from './transport/write-limits.ts';
