import { checkFunction, describe, InvalidArgumentError } from '../../errors/index.ts';
import type { Future } from '../../future/index.ts';
import { getLoop } from '../../loop/index.ts';
import { abortable, operation, type Operation } from '../../task/index.ts';
import { keepContext } from '../transport/kept-context.ts';
import { Process } from './process.ts';
import type { Protocol, StreamingProtocol, SubprocessProtocol } from '../transport/protocol.ts';
import { PIPE } from './child-streams.ts';
import { type Command, nameOf, spawnChild, type SubprocessOptions } from './spawn-child.ts';
import { StreamProtocol } from '../streams/stream-protocol.ts';
import { StreamReader, type StreamReaderOptions } from '../streams/stream-reader.ts';
import { type ProcessProtocol, SubprocessTransport } from './subprocess-transport.ts';

/** How a program is run whose pipes are streams. */
export type SubprocessStreamsOptions = SubprocessOptions & Pick<StreamReaderOptions, 'limit'>;

/**
 * Starts a program; the result is its `Process`, with streams for what `stdin`, `stdout` and `stderr` say is a PIPE
 * (by default they are those of this process). asyncio's `create_subprocess_exec`.
 *
 * @throws ProcessError, with the system's code, if it cannot be run
 * @example
 * const process = await createSubprocessExec('wc', ['-l'], { stdin: PIPE, stdout: PIPE })
 * const [stdout] = await process.communicate('a\nb\n')
 */
export function createSubprocessExec(
  program: string,
  args: readonly string[] = [],
  options: SubprocessStreamsOptions = {},
): Operation<Process> {
  return withStreams({ program, args }, options);
}

/** As `createSubprocessExec`, for a line that the shell reads: quote what comes from elsewhere. */
export function createSubprocessShell(
  line: string,
  options: SubprocessStreamsOptions = {},
): Operation<Process> {
  return withStreams({ line }, options);
}

/**
 * Starts a program; the result is `[transport, protocol]`, after `connectionMade`. The three streams are pipes unless
 * something else is given. asyncio's `subprocess_exec`.
 *
 * @throws ProcessError, with the system's code, if it cannot be run
 */
export function subprocessExec<P extends SubprocessProtocol>(
  protocolFactory: () => P,
  program: string,
  args: readonly string[] = [],
  options: SubprocessOptions = {},
): Operation<[transport: SubprocessTransport, protocol: P]> {
  return withProtocol(protocolFactory, { program, args }, options) as Operation<
    [SubprocessTransport, P]
  >;
}

/** As `subprocessExec`, for a line that the shell reads. */
export function subprocessShell<P extends SubprocessProtocol>(
  protocolFactory: () => P,
  line: string,
  options: SubprocessOptions = {},
): Operation<[transport: SubprocessTransport, protocol: P]> {
  return withProtocol(protocolFactory, { line }, options) as Operation<[SubprocessTransport, P]>;
}

const withStreams = operation(function* (command: Command, options: SubprocessStreamsOptions) {
  checkCommand(command);
  const loop = getLoop();
  const protocols = new Map<number, StreamProtocol>();
  const transport = yield* started(command, options, {}, (fd) => {
    const reader = new StreamReader({ limit: options.limit, loop });
    const protocol = new StreamProtocol(loop, reader);
    protocols.set(fd, protocol);
    return protocol;
  });
  return new Process(transport, protocols);
});

const withProtocol = operation(function* (
  protocolFactory: () => SubprocessProtocol,
  command: Command,
  options: SubprocessOptions,
) {
  checkFunction(protocolFactory, 'protocolFactory');
  checkCommand(command);
  const protocol = protocolFactory();
  const piped = { stdin: PIPE, stdout: PIPE, stderr: PIPE, ...options } as const;
  const transport = yield* started(command, piped, protocol, pipeProtocol);
  return [transport, protocol] as [SubprocessTransport, SubprocessProtocol];
});

function* started(
  command: Command,
  options: SubprocessOptions,
  protocol: ProcessProtocol,
  pipeProtocol: (fd: number, transport: SubprocessTransport) => StreamingProtocol,
): Generator<Future, SubprocessTransport, unknown> {
  const loop = getLoop();
  const child = yield* spawnChild(command, options, loop);
  const transport = new SubprocessTransport(child, protocol, {
    loop,
    context: keepContext(),
    program: nameOf(command),
    pipeProtocol,
  });
  try {
    yield* abortable(transport.made, options.signal);
  } catch (error) {
    transport.close();
    throw error;
  }
  return transport;
}

/** Hands what happens to one pipe on to the protocol of the process, whichever that is by then. */
function pipeProtocol(fd: number, transport: SubprocessTransport): Protocol {
  return {
    dataReceived: (data) => transport.getProtocol().pipeDataReceived?.(fd, data),
    pauseWriting: () => transport.getProtocol().pauseWriting?.(),
    resumeWriting: () => transport.getProtocol().resumeWriting?.(),
    connectionLost: (error) => transport.getProtocol().pipeConnectionLost?.(fd, error),
  };
}

function checkCommand(command: Command): void {
  const [what, value] =
    'line' in command ? ['line', command.line] : ['program', command.program as unknown];
  if (typeof value !== 'string' || value === '') {
    throw new InvalidArgumentError(
      `Expected \`${what}\` to be text that says what to run, got ${describe(value)}`,
    );
  }
  if ('args' in command && !Array.isArray(command.args)) {
    throw new InvalidArgumentError(
      `Expected \`args\` to be a list of strings, got ${describe(command.args)}`,
    );
  }
}
