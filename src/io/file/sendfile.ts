import { read } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import {
  checkInteger,
  describe,
  InvalidArgumentError,
  InvalidStateError,
} from '../../errors/index.ts';
import { abortable, fromPromise, operation, type Operation } from '../../task/index.ts';
import type { SignalOptions } from '../../sync/index.ts';
import { SendfileNotAvailableError } from './sendfile-not-available-error.ts';
import { SendfileProtocol } from './sendfile-protocol.ts';
import { SocketTransport } from '../transport/socket-transport.ts';
import type { Transport } from '../transport/transport.ts';

/** Bytes that are read at a time, as in CPython. */
const BLOCK_SIZE = 256 * 1024;

export interface SendfileOptions extends SignalOptions {
  /** The first byte to send, counted from the beginning of the file. Default 0. */
  readonly offset?: number | undefined;
  /** How many bytes to send, at most. Default: all that follow. */
  readonly count?: number | undefined;
  /** False: not if the file has to be read for it, as it always has to on Node. Default true. */
  readonly fallback?: boolean | undefined;
}

/**
 * Sends a file over a connection, as fast as that takes it; the result is how many bytes were sent, which are fewer
 * than `count` where the file ends before. asyncio's `loop.sendfile`. Meanwhile nothing is received, and the protocol
 * is told of nothing but the loss of the connection; do not write.
 *
 * `file` is a regular file: a FileHandle, or a descriptor. It stays open, and so does its position what it was.
 *
 * @throws ConnectionError if the connection is closed meanwhile, or the other side goes away
 * @throws SendfileNotAvailableError for `fallback: false`
 * @throws InvalidStateError if the transport is closing, or sends another file
 * @example
 * const file = await open('index.html')
 * await sendfile(transport, file)
 * transport.close()
 */
export function sendfile(
  transport: Transport,
  file: FileHandle | number,
  options: SendfileOptions = {},
): Operation<number> {
  return sent(transport, file, options);
}

const sent = operation(function* (
  transport: Transport,
  file: FileHandle | number,
  { offset = 0, count, fallback = true, signal }: SendfileOptions,
) {
  if (!(transport instanceof SocketTransport)) {
    throw new InvalidArgumentError(
      `Expected a transport made by this library for \`sendfile\`, got ${describe(transport)}`,
    );
  }
  checkFile(file);
  checkInteger(offset, 'offset', 0);
  const limit = count === undefined ? Infinity : checkInteger(count, 'count', 1);
  if (transport.isClosing()) {
    throw new InvalidStateError('Cannot send a file: the transport is closing');
  }
  if (!fallback) throw new SendfileNotAvailableError();
  signal?.throwIfAborted();
  const protocol = new SendfileProtocol(transport);
  let total = 0;
  try {
    while (total < limit) {
      // Another one for each: the transport keeps what it cannot send at once.
      const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_SIZE, limit - total));
      const size = yield* abortable(fromPromise(readBlock(file, block, offset + total)), signal);
      if (size === 0) break;
      yield* protocol.drained(signal);
      transport.write(size === block.length ? block : block.subarray(0, size));
      total += size;
    }
    return total;
  } finally {
    protocol.restore();
  }
});

function readBlock(file: FileHandle | number, block: Buffer, position: number): Promise<number> {
  if (typeof file !== 'number') {
    return file.read(block, 0, block.length, position).then(({ bytesRead }) => bytesRead);
  }
  return new Promise((resolve, reject) => {
    read(file, block, 0, block.length, position, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else reject(error);
    });
  });
}

function checkFile(file: unknown): void {
  if (typeof file === 'number') {
    checkInteger(file, 'file', 0, 2 ** 31 - 1);
    return;
  }
  const handle = file as Partial<FileHandle> | null | undefined;
  if (typeof handle?.fd === 'number' && typeof handle.read === 'function') return;
  throw new InvalidArgumentError(
    `Expected \`file\` to be a FileHandle of node:fs/promises or a descriptor, got ${describe(file)}`,
  );
}
