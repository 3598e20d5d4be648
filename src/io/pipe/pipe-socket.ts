import { fstatSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { describe, InvalidArgumentError } from '../../errors/index.ts';

/** One end of a pipe: its descriptor, something that has one as its `fd`, or a socket of Node's. */
export type PipeLike = number | { readonly fd: number } | Socket;

/** What a transport needs to know of a pipe. */
export interface PipeSocket {
  readonly socket: Socket;
  /** Undefined if the socket was there before. */
  readonly fd: number | undefined;
  /** Whether the other end can write as well, so that its end can be read here. */
  readonly duplex: boolean;
  /** A pipe in the system's own sense, named or not. */
  readonly fifo: boolean;
}

/** What has been looked at, and has not been opened yet: until then the descriptor is the caller's. */
export type OpenPipe = () => PipeSocket;

/**
 * Looks whether `pipe` is something that a transport can be made of.
 *
 * @throws InvalidArgumentError for files, folders, and devices other than terminals
 */
export function checkPipe(pipe: PipeLike, direction: 'read' | 'write'): OpenPipe {
  if (pipe instanceof Socket) {
    const duplex = pipe.readable && pipe.writable && !(pipe instanceof WriteStream);
    return () => ({ socket: pipe, fd: undefined, duplex, fifo: false });
  }
  const fd = descriptorOf(pipe);
  const found = statOf(fd);
  if (found.isFIFO() || found.isSocket()) {
    const duplex = found.isSocket();
    return () => ({ socket: overDescriptor(fd, direction, duplex), fd, duplex, fifo: !duplex });
  }
  if (isatty(fd)) {
    return () => ({
      socket: direction === 'read' ? new ReadStream(fd) : new WriteStream(fd),
      fd,
      duplex: false,
      fifo: false,
    });
  }
  throw refused(`descriptor ${fd}, which is ${kindOf(found)}`);
}

function descriptorOf(pipe: unknown): number {
  const fd: unknown = typeof pipe === 'object' && pipe !== null ? Reflect.get(pipe, 'fd') : pipe;
  if (!Number.isSafeInteger(fd) || (fd as number) < 0 || (fd as number) >= 2 ** 31) {
    throw refused(
      typeof pipe === 'object' && pipe !== null && fd !== undefined
        ? `${describe(pipe)} whose \`fd\` is ${describe(fd)}`
        : describe(pipe),
    );
  }
  // The class is not exported. The descriptor would be closed twice, the second time in place of another one.
  if (typeof pipe === 'object' && pipe?.constructor?.name === 'FileHandle') {
    throw refused('a FileHandle, which closes its descriptor itself; open it with `fs.openSync`');
  }
  return fd as number;
}

function statOf(fd: number): Stats {
  try {
    return fstatSync(fd);
  } catch (error) {
    throw refused(`descriptor ${fd}, which is not open`, { cause: error });
  }
}

/** A socket that is only written to is read all the same, because that is how the end of the other side shows. */
function overDescriptor(fd: number, direction: 'read' | 'write', duplex: boolean): Socket {
  try {
    return new Socket({
      fd,
      readable: duplex || direction === 'read',
      writable: duplex || direction === 'write',
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_INVALID_FD_TYPE') throw error;
    throw refused(`descriptor ${fd}, which is a socket of another kind`, { cause: error });
  }
}

function refused(got: string, options?: ErrorOptions): InvalidArgumentError {
  return new InvalidArgumentError(
    `Expected \`pipe\` to be a pipe, a stream socket or a terminal, got ${got}`,
    options,
  );
}

function kindOf(found: Stats): string {
  if (found.isFile()) return 'a regular file; read and write it with node:fs';
  if (found.isDirectory()) return 'a folder';
  return 'a device that is no terminal';
}
