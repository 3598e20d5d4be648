import { isCoroutineFunction } from '../../coroutine/index.ts';
import { CancelledError, checkFunction, GreenletExit } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { GreenletTask } from '../../hub/index.ts';
import { getLoop, type Loop } from '../../loop/index.ts';
import { operation, type Operation, Task, type TaskBody } from '../../task/index.ts';
import {
  type ConnectionOptions,
  createConnection,
  createUnixConnection,
} from '../connect/create-connection.ts';
import {
  createServer,
  createUnixServer,
  reportFailure,
  type ServerOptions,
  type UnixServerOptions,
} from '../serve/create-server.ts';
import type { Server } from '../serve/server.ts';
import { StreamProtocol } from './stream-protocol.ts';
import { StreamReader, type StreamReaderOptions } from './stream-reader.ts';
import { StreamWriter } from './stream-writer.ts';
import type { TlsOptions } from '../tls/tls-options.ts';

/** How much a reader buffers. */
export type StreamsOptions = Pick<StreamReaderOptions, 'limit'>;

/** The two ends of a connection, as one program sees them. */
export type Streams = [reader: StreamReader, writer: StreamWriter];

/**
 * Connects to a host and port; the result is `[reader, writer]`. asyncio's `open_connection`.
 *
 * @throws ConnectionError, with the system's code, the host and the port
 * @example
 * const [reader, writer] = await openConnection('127.0.0.1', 8080)
 * writer.write('hello\n')
 * console.log(String(await reader.readline()))
 */
export function openConnection(
  host: string | undefined,
  port: number | undefined,
  options: ConnectionOptions & StreamsOptions = {},
): Operation<Streams> {
  return openTcp(host, port, options);
}

/**
 * Connects to a Unix socket; the result is `[reader, writer]`. asyncio's `open_unix_connection`.
 *
 * @throws ConnectionError, with the system's code and the path
 */
export function openUnixConnection(
  path: string,
  options: TlsOptions & StreamsOptions = {},
): Operation<Streams> {
  return openUnix(path, options);
}

const openTcp = operation(function* (
  host: string | undefined,
  port: number | undefined,
  options: ConnectionOptions & StreamsOptions,
) {
  const protocol = clientProtocol(options);
  const [transport] = yield* createConnection(() => protocol, host, port, options);
  return [protocol.reader, new StreamWriter(transport, protocol)] as Streams;
});

const openUnix = operation(function* (path: string, options: TlsOptions & StreamsOptions) {
  const protocol = clientProtocol(options);
  const [transport] = yield* createUnixConnection(() => protocol, path, options);
  return [protocol.reader, new StreamWriter(transport, protocol)] as Streams;
});

function clientProtocol({ limit }: StreamsOptions): StreamProtocol {
  const loop = getLoop();
  return new StreamProtocol(loop, new StreamReader({ limit, loop }));
}

/** Serves one connection, in any style; see `startServer`. */
export type ConnectionHandler = (
  reader: StreamReader,
  writer: StreamWriter,
) => TaskBody<unknown> | void;

export interface StreamServing extends StreamsOptions {
  /** True: the handler is a plain function that blocks, and is called in a greenlet of its own. Default false. */
  readonly blocking?: boolean | undefined;
}

/**
 * Listens at a port and calls `handle(reader, writer)` for each connection. asyncio's `start_server`.
 *
 * `handle` may be a generator function or an async function: it runs in a task of its own. A plain function that
 * blocks (`wait(reader.readline())`) runs in a greenlet if `blocking: true` is given; without it a plain function is
 * just called. When it fails, its connection is broken off, and `onError` told; when it is cancelled or killed, the
 * connection is broken off as well. It has to close the writer itself, since it may have handed it on.
 *
 * @throws ConnectionError, with the system's code, the host and the port
 * @example
 * const server = await startServer(
 *   function* (reader, writer) {
 *     writer.write(yield* reader.readline())
 *     writer.close()
 *   },
 *   '127.0.0.1',
 *   8080,
 * )
 */
export function startServer(
  handle: ConnectionHandler,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: ServerOptions & StreamServing = {},
): Operation<Server> {
  return createServer(protocolsFor(handle, options), host, port, options);
}

/**
 * As `startServer`, at a Unix socket. asyncio's `start_unix_server`.
 *
 * @throws ConnectionError, with the system's code and the path
 */
export function startUnixServer(
  handle: ConnectionHandler,
  path: string,
  options: UnixServerOptions & StreamServing = {},
): Operation<Server> {
  return createUnixServer(protocolsFor(handle, options), path, options);
}

function protocolsFor(
  handle: ConnectionHandler,
  { limit, blocking = false, onError }: UnixServerOptions & StreamServing,
): () => StreamProtocol {
  checkFunction(handle, 'handle');
  const loop = getLoop();
  return () => {
    const reader = new StreamReader({ limit, loop });
    const protocol: StreamProtocol = new StreamProtocol(loop, reader, (transport) => {
      const writer = new StreamWriter(transport, protocol);
      const handling = blocking
        ? inGreenlet(() => handle(reader, writer))
        : inTask(handle, reader, writer, loop);
      handling.addDoneCallback(() => {
        const error = failureOf(handling);
        if (error === undefined) return;
        writer.transport.abort();
        if (error instanceof CancelledError || error instanceof GreenletExit) return;
        if (onError === undefined) reportFailure(loop, error);
        else onError(error);
      });
    });
    return protocol;
  };
}

function inGreenlet(call: () => unknown): Future {
  const greenlet = new GreenletTask(call);
  // It is reported to the server.
  greenlet.quiet = true;
  return greenlet.start();
}

function inTask(
  handle: ConnectionHandler,
  reader: StreamReader,
  writer: StreamWriter,
  loop: Loop,
): Future {
  // A generator that is there already is stepped through at less cost than what a function may turn out to return.
  const body = isGeneratorFunction(handle)
    ? (handle(reader, writer) as TaskBody<unknown>)
    : (): TaskBody<unknown> => handle(reader, writer) as TaskBody<unknown>;
  return new Task<unknown>(body, { loop });
}

const GeneratorFunction = function* () {}.constructor;

function isGeneratorFunction(fn: unknown): boolean {
  return fn instanceof GeneratorFunction || isCoroutineFunction(fn);
}

/** What ended the handler before its time, if something did. That a greenlet was killed is its result, and no error. */
function failureOf(future: Future): unknown {
  try {
    const result = future.result();
    return result instanceof GreenletExit ? result : undefined;
  } catch (error) {
    return error ?? new Error(`The handler of a connection threw ${String(error)}`);
  }
}
