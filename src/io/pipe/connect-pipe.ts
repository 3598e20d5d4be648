import { checkFunction } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { getLoop } from '../../loop/index.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { abortable, operation, type Operation } from '../../task/index.ts';
import type { Connection } from '../connect/create-connection.ts';
import { keepContext } from '../transport/kept-context.ts';
import { checkPipe, type PipeLike } from './pipe-socket.ts';
import { ReadPipeTransport, WritePipeTransport } from './pipe-transport.ts';
import type { StreamingProtocol } from '../transport/protocol.ts';

/**
 * Reads a pipe: the result is `[transport, protocol]`, after `connectionMade`. The protocol is told of the data, of the
 * end, and then that the connection is lost. asyncio's `connect_read_pipe`.
 *
 * `pipe` is one end of a pipe, a FIFO, a stream socket or a terminal: its descriptor, something with an `fd`, or a
 * net.Socket, such as `process.stdin`. It is the transport's from then on, and closed with it. A FileHandle cannot give
 * its descriptor away, so it is refused.
 *
 * @throws InvalidArgumentError for files, folders, and devices other than terminals
 * @example
 * const fd = openSync('/run/fifo', constants.O_RDONLY | constants.O_NONBLOCK)
 * await connectReadPipe(() => ({ dataReceived: (data) => console.log(String(data)) }), fd)
 */
export function connectReadPipe<P extends StreamingProtocol>(
  protocolFactory: () => P,
  pipe: PipeLike,
  options: SignalOptions = {},
): Operation<Connection<P>> {
  return connected(protocolFactory, pipe, 'read', options) as Operation<Connection<P>>;
}

/**
 * Writes to a pipe: the result is `[transport, protocol]`, after `connectionMade`. The protocol is told when to pause
 * and to go on, and that the connection is lost, also when the reader goes away. asyncio's `connect_write_pipe`.
 *
 * `pipe` is as with `connectReadPipe`. What a socket or a terminal sends is not read, or dropped.
 *
 * @throws InvalidArgumentError for files, folders, and devices other than terminals
 * @example
 * const [transport] = await connectWritePipe(() => ({}), process.stdout)
 * transport.write('hello\n')
 */
export function connectWritePipe<P extends StreamingProtocol>(
  protocolFactory: () => P,
  pipe: PipeLike,
  options: SignalOptions = {},
): Operation<Connection<P>> {
  return connected(protocolFactory, pipe, 'write', options) as Operation<Connection<P>>;
}

const connected = operation(function* (
  protocolFactory: () => StreamingProtocol,
  pipe: PipeLike,
  direction: 'read' | 'write',
  { signal }: SignalOptions,
): Generator<Future, Connection<StreamingProtocol>, unknown> {
  checkFunction(protocolFactory, 'protocolFactory');
  const open = checkPipe(pipe, direction);
  signal?.throwIfAborted();
  const protocol = protocolFactory();
  const Transport = direction === 'read' ? ReadPipeTransport : WritePipeTransport;
  const transport = new Transport(open(), pipe, protocol, {
    loop: getLoop(),
    context: keepContext(),
  });
  try {
    yield* abortable(transport.made, signal);
  } catch (error) {
    transport.abort();
    throw error;
  }
  return [transport, protocol];
});
